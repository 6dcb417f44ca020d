package org.ipvssync.resync.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.node.TableSource;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.TransportException;

/**
 * The node's resyncs without a framework: looks at its network links, asks in each group when a
 * link there is up for the first time or an operator wants it, and answers others.
 *
 * <p>Thread-safe.
 */
final class ResyncService implements TableResync, ReadyCondition, AnswerLoop.Groups, AutoCloseable {
  private static final String CODEC = "v1";

  /** The first looks at a link that is not up follow quickly: usually it is in a moment. */
  private static final long LOOK_SOONEST_MS = 4;

  private static final long LOOK_SOON_MS = 100;
  private static final long LOOK_MS = 1_000;

  /** Groups of links that have gone are remembered, these many at most. */
  private static final int MOST_GROUPS = 64;

  private final SyncNode node;

  /** Held while listeners are opened and closed. */
  private final Object listening = new Object();

  private final ControlInbox inbox;
  private final Local local;
  private final LinkLog log;
  private final Transports transports = new Transports();
  private final ServiceChoice<SyncCodec> intakeCodec = ServiceChoice.ofCodecs(CODEC);
  private final ServiceChoice<SyncCodec> answerCodec = ServiceChoice.ofCodecs(CODEC);
  private final SourceRefresh sources;
  private final AnswerLoop answers;
  private final Thread looker;
  private final List<SyncLink> links = new ArrayList<>();
  private final Map<NetworkGroup.Key, Group> groups = new LinkedHashMap<>();
  private ResyncSettings settings;
  private boolean isSeen;
  private long lookSoonMs = LOOK_SOONEST_MS;

  /** Whether the latest look failed; the looker's own. */
  private boolean faulty;

  private long number;
  private boolean closed;

  /**
   * Does nothing before {@link #start}.
   *
   * @param secret random bytes
   */
  ResyncService(
      SyncNode node,
      ControlInbox inbox,
      Local local,
      ResyncSettings settings,
      byte[] secret,
      LinkLog log) {
    this.node = node;
    this.inbox = inbox;
    this.local = local;
    this.settings = settings;
    this.log = log;
    sources =
        new SourceRefresh(
            task -> Thread.ofPlatform().daemon().name("ipvs-resync-refresh").start(task),
            local.clock(),
            log);
    Answerer answerer =
        new Answerer(node, answerCodec, sources, local, inbox.counters(), settings, secret);
    answers = new AnswerLoop(inbox, answerer, this, transports, local, log);
    looker = Thread.ofPlatform().daemon().name("ipvs-resync-links").unstarted(this::lookOn);
  }

  void start() {
    answers.start();
    looker.start();
  }

  synchronized void adopt(ResyncSettings now) {
    settings = now;
    answers.adopt(now);
  }

  Transports transports() {
    return transports;
  }

  void addSource(TableSource source) {
    sources.add(source);
  }

  void removeSource(TableSource source) {
    sources.remove(source);
  }

  /** A codec has come. Each choice serves one thread at a time, so that there is one for each. */
  void addCodec(SyncCodec codec, Map<String, Object> properties, String version) {
    intakeCodec.add(codec, properties, version);
    answerCodec.add(codec, properties, version);
  }

  void removeCodec(SyncCodec codec) {
    intakeCodec.remove(codec);
    answerCodec.remove(codec);
  }

  /** A network link has come. */
  synchronized void addLink(SyncLink link) {
    links.add(link);
    isSeen = false;
    lookSoonMs = LOOK_SOONEST_MS;
    notifyAll();
  }

  /** It goes. */
  synchronized void removeLink(SyncLink link) {
    links.remove(link);
    notifyAll();
  }

  private void lookOn() {
    try {
      while (lookOnce()) {
        pause();
      }
    } catch (InterruptedException e) {
      // The end.
      Thread.currentThread().interrupt();
    }
  }

  private boolean lookOnce() {
    try {
      boolean open = look();
      faulty = false;
      return open;
    } catch (RuntimeException e) {
      // Seen once is enough to act on; the looks themselves must not stop.
      if (!faulty) {
        log.fault("resync: a look at the links failed; failures that follow are not logged", e);
      }
      faulty = true;
      return true;
    }
  }

  private synchronized void pause() throws InterruptedException {
    boolean all = groups.values().stream().noneMatch(group -> group.isThere() && !group.isUp());
    if (faulty && !closed) {
      TimeUnit.MILLISECONDS.timedWait(this, LOOK_MS);
    } else if (isSeen && !closed) {
      TimeUnit.MILLISECONDS.timedWait(this, all ? LOOK_MS : lookSoonMs);
      lookSoonMs = all ? LOOK_SOONEST_MS : Math.min(2 * lookSoonMs, LOOK_SOON_MS);
    }
  }

  /** Looks at all links once and does what follows; false when this is closed. */
  boolean look() {
    List<SyncLink> seen;
    synchronized (this) {
      seen = List.copyOf(links);
    }
    List<LinkStatus> states = new ArrayList<>();
    for (SyncLink link : seen) {
      try {
        states.add(link.status());
      } catch (RuntimeException e) {
        // A link of a bundle that is going; the next look knows more.
        continue;
      }
    }
    synchronized (this) {
      if (closed) {
        return false;
      }
      groups.values().forEach(Group::forgetLinks);
      for (LinkStatus state : states) {
        // Without a good configuration it speaks nowhere.
        if (!state.transport().isEmpty()) {
          groups.computeIfAbsent(NetworkGroup.Key.of(state.address()), Group::new).see(state);
        }
      }
      isSeen = seen.equals(links);
      forgetOld();
      groups.values().forEach(this::begin);
    }
    listen();
    return true;
  }

  private void forgetOld() {
    while (groups.size() > MOST_GROUPS) {
      Group old = null;
      for (Group group : groups.values()) {
        if (!group.isThere() && !group.isRunning() && group.listener() == null) {
          old = group;
          break;
        }
      }
      if (old == null) {
        return;
      }
      groups.remove(old.key());
    }
  }

  /** The first resync of a group. */
  private void begin(Group group) {
    if (!group.isDue()) {
      return;
    }
    if (!settings.atStart()) {
      group.setBegun();
      return;
    }
    boolean anyRuns = groups.values().stream().anyMatch(Group::isRunning);
    if (!anyRuns) {
      number++;
    }
    run(group);
  }

  private void run(Group group) {
    NetworkGroup spoken = group.spoken();
    ResyncRun.Parts parts = new RunParts(spoken, settings);
    ResyncRun run =
        new ResyncRun(spoken, number, parts, local, inbox.counters(), settings.timeoutMs(), log);
    group.setRun(run);
    run.start();
  }

  private final class RunParts implements ResyncRun.Parts {
    private final NetworkGroup group;
    private final ResyncSettings held;

    private RunParts(NetworkGroup group, ResyncSettings held) {
      this.group = group;
      this.held = held;
    }

    @Override
    public PeerSocket openSocket() throws TransportException {
      return transports.open(group.transport(), t -> t.openPeerSocket(group.address()));
    }

    @Override
    public Intake openIntake() {
      return new Intake(intakeCodec, node.openInbound(group.horizon()), held.persistenceEngines());
    }
  }

  /** Opens and closes what listens for requests where no backup link does. */
  private void listen() {
    // One look at a time: two would open two sockets, and forget one.
    synchronized (listening) {
      List<Group> all;
      synchronized (this) {
        all = List.copyOf(groups.values());
      }
      all.forEach(this::listen);
    }
  }

  private void listen(Group group) {
    GroupListener now = group.listener();
    boolean needed;
    NetworkGroup spoken;
    synchronized (this) {
      needed = group.needsListener() && !closed;
      spoken = group.spoken();
    }
    long changes = spoken == null ? 0 : transports.changes(spoken.transport());
    boolean stale =
        now != null && (!needed || now.hasEnded() || group.listenerChanges() != changes);
    if (stale) {
      now.close();
      group.setListener(null, 0);
    }
    if (needed && group.listener() == null) {
      open(group, spoken, changes);
    }
  }

  private void open(Group group, NetworkGroup spoken, long changes) {
    try {
      GroupListener made =
          transports.open(
              spoken.transport(),
              t -> {
                var address = GroupListener.firstPortOf(spoken.address());
                return new GroupListener(
                    address, t.openReceiver(address, new LinkCounters()), inbox);
              });
      group.setListener(made, changes);
    } catch (TransportException e) {
      // The master link speaks there, so that is not for long; the next look tries again.
      group.setListener(null, 0);
    }
  }

  @Override
  public synchronized NetworkGroup group(NetworkGroup.Key key) {
    Group group = groups.get(key);
    return group == null || !group.isThere() ? null : group.spoken();
  }

  @Override
  public synchronized boolean isAsked(NetworkGroup.Key key, int syncId) {
    Group group = groups.get(key);
    return group != null && group.isAskedBy(syncId);
  }

  @Override
  public synchronized boolean isComplete() {
    return groups.values().stream().allMatch(Group::isComplete);
  }

  @Override
  public synchronized long begin() {
    boolean anyRuns = groups.values().stream().anyMatch(Group::isRunning);
    if (anyRuns) {
      return number;
    }
    List<Group> up = groups.values().stream().filter(Group::isUp).toList();
    if (up.isEmpty() || closed) {
      return 0;
    }
    number++;
    up.forEach(this::run);
    return number;
  }

  @Override
  public synchronized Status status() {
    List<Status> latest =
        groups.values().stream()
            .filter(group -> group.run() != null && group.run().number() == number)
            .map(group -> group.run().status())
            .toList();
    return Statuses.together(number, latest);
  }

  @Override
  public Map<String, Long> counters() {
    return inbox.counters().snapshot();
  }

  @Override
  public Stage stage() {
    return Stage.CONTENT;
  }

  @Override
  public synchronized String missing() {
    if (!isSeen && !links.isEmpty()) {
      return "resync has not seen all links yet";
    }
    return groups.values().stream()
        .map(Group::missing)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    List<Group> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(groups.values());
      notifyAll();
    }
    looker.interrupt();
    Joining.join(looker);
    answers.close();
    for (Group group : all) {
      if (group.run() != null) {
        group.run().close();
      }
      if (group.listener() != null) {
        group.listener().close();
      }
    }
  }
}
