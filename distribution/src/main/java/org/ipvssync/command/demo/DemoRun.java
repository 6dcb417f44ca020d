package org.ipvssync.command.demo;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadProvider;
import org.ipvssync.api.workload.WorkloadSpec;
import org.ipvssync.command.child.ChildFailure;
import org.ipvssync.command.child.ChildNode;
import org.ipvssync.command.child.ChildNodes;
import org.ipvssync.command.child.LineStream;
import org.ipvssync.command.child.NodeControl;
import org.ipvssync.command.child.NodeStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One demonstration from its beginning to its end. Once. */
final class DemoRun {
  private static final SyncClock CLOCK = SyncClock.SYSTEM;
  private static final String INTERFACE = "lo";
  private static final int MEAN_LIFE_MS = 3_000;
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final long NANOS_PER_MS = 1_000_000;

  /** A round of swaps that begins later than this before the end is not begun. */
  private static final long LAST_SWAPS_MS = 3_000;

  private static final long READY_MS = 60_000;
  private static final long POLL_MS = 50;

  /** A backup that has applied nothing for so many looks has applied everything. */
  private static final int QUIET_LOOKS = 4;

  private static final long QUIET_MS = 10_000;

  /**
   * How long the kill waits at most for a moment in which neither this process nor the master has
   * stood still. A master that never sends in time is killed then, and that is its verdict.
   */
  private static final long LONGEST_OVERTIME_MS = 3_000;

  private final DemoOptions options;
  private final PrintStream out;
  private final Path script;
  private final SyncCodec codec = service(SyncCodec.class, c -> c.name().equals("v1"));
  private final List<SyncCodec> heard =
      List.of(codec, service(SyncCodec.class, c -> c.name().equals("v0")));
  private final SyncTransport transport =
      service(SyncTransport.class, t -> t.name().equals("multicast"));
  private final Workload workload;
  private final LinkAddress address;
  private final int syncId;
  private final WorkloadModel model = new WorkloadModel();
  private long openingMs;
  private long warmUpMs;
  private long killNanos;
  private SwapCount swapped = SwapCount.NONE;

  /**
   * A run that has not begun.
   *
   * @param out for people; nothing is printed there when {@code options} say JSON
   * @param script the distribution's command
   */
  DemoRun(DemoOptions options, PrintStream out, Path script) {
    this.options = options;
    this.out = out;
    this.script = script;
    WorkloadSpec spec =
        new WorkloadSpec(options.seed(), options.rate(), options.connections(), MEAN_LIFE_MS);
    this.workload = service(WorkloadProvider.class, _ -> true).begin(spec);
    quiet();
    // Random, so that several demonstrations on one machine do not hear each other.
    SecureRandom random = new SecureRandom();
    this.address = address(random);
    this.syncId = 1 + random.nextInt(255);
  }

  /** Runs it all. */
  DemoResult run() throws ChildFailure, InterruptedException {
    say(
        "Two nodes on %s, group %s port %d; %,d connections a second, seed %d",
        INTERFACE,
        address.group().getHostAddress(),
        address.port(),
        options.rate(),
        options.seed());
    try (DemoNodes nodes =
        DemoNodes.start(script, ChildNodes.temporary(), address, syncId, options)) {
      if (options.keep()) {
        say("Directory of this run: %s", nodes.dir());
      }
      return run(nodes);
    } catch (IOException e) {
      throw new ChildFailure("the nodes could not be started: " + e.getMessage());
    }
  }

  private DemoResult run(DemoNodes nodes) throws ChildFailure, InterruptedException {
    ChildNode blamed = nodes.backup();
    try (NodeControl backup = NodeControl.await(nodes.backup())) {
      backup.run(startBackup());
      blamed = nodes.master();
      awaitMaster(nodes);
      say("Both nodes are up.");
      long windowNanos = options.flushIntervalMs() * NANOS_PER_MS;
      try (WireTap tap = WireTap.open(transport, address, heard, model, CLOCK, windowNanos);
          FeedClient feed = FeedClient.connect(nodes.feed(), codec, model, CLOCK, windowNanos)) {
        driveAndKill(nodes, tap, feed);
        blamed = nodes.backup();
        return afterTheKill(backup, tap, feed);
      }
    } catch (IOException e) {
      nodes.awaitAbandoned();
      String which = blamed == nodes.master() ? "master" : "backup";
      String what = blamed.endsSoon() ? "ended unexpectedly" : "failed";
      throw new ChildFailure("the " + which + " " + what + ": " + e.getMessage(), blamed.logTail());
    }
  }

  private String startBackup() {
    return "ipvs:startDaemon --mcast-interface "
        + INTERFACE
        + " --mcast-group "
        + address.group().getHostAddress()
        + " --mcast-port "
        + address.port()
        + " --syncid "
        + syncId
        + " --name "
        + DemoNodes.LINK
        + " backup";
  }

  private void awaitMaster(DemoNodes nodes) throws IOException, InterruptedException {
    try (NodeControl master = NodeControl.await(nodes.master())) {
      long deadline = CLOCK.nowMs() + READY_MS;
      while (true) {
        NodeStatus.Link link = master.status().link("master").orElse(null);
        if (link != null && link.isUp() && Files.exists(nodes.feed())) {
          nodes.master().settle();
          return;
        }
        if (CLOCK.nowMs() > deadline) {
          String state = link == null ? "no link" : link.state() + " " + link.detail();
          throw new IOException("its link is not up after " + READY_MS / 1000 + " s: " + state);
        }
        Thread.sleep(POLL_MS);
      }
    }
  }

  /**
   * Feeds the workload in real time while the progress is shown, and kills the master in the midst
   * of it: right after the last changes were written.
   */
  private void driveAndKill(DemoNodes nodes, WireTap tap, FeedClient feed)
      throws IOException, ChildFailure, InterruptedException {
    ProgressThread progress = ProgressThread.start(shownOn(), nodes, tap, model);
    try {
      WorkloadDriver driver =
          new WorkloadDriver(
              workload, feed, model, CLOCK, options.flushIntervalMs() * NANOS_PER_MS);
      WorkloadDriver.Watch watch =
          elapsedMs -> {
            progress.update(elapsedMs, workload.opened(), workload.live());
            nodes.check();
          };
      WarmUp warmUp = new WarmUp(TimeUnit.MILLISECONDS.toMicros(options.flushIntervalMs()));
      driver.runUntil(
          ms -> warmUp.isLookDue(ms) && warmUp.look(ms, model.takeRecentDelays()), watch);
      warmUpMs = driver.elapsedMs();
      if (!isDone(warmUpMs)) {
        model.restartDelays();
      }
      progress.warm();
      if (options.swap()) {
        driveWhileSwapping(driver, nodes, watch, progress);
      } else {
        driver.runUntil(this::isDone, watch);
      }
      long latestMs = driver.elapsedMs() + LONGEST_OVERTIME_MS;
      driver.runUntil(
          ms -> {
            killNanos = CLOCK.nanoTime();
            return driver.isOnTime(killNanos) && tap.isOnTime(killNanos) || ms >= latestMs;
          },
          watch);
      nodes.master().kill();
      openingMs = driver.openingMs();
    } finally {
      progress.end();
    }
  }

  /** The last swap is well before the kill: so the kill shows what it would without any. */
  private void driveWhileSwapping(
      WorkloadDriver driver, DemoNodes nodes, WorkloadDriver.Watch watch, ProgressThread progress)
      throws IOException, ChildFailure, InterruptedException {
    Path bundles = script.resolveSibling("../bundles").normalize();
    DemoSwaps swaps = DemoSwaps.start(nodes, bundles, CLOCK, progress::swapped);
    try {
      driver.runUntil(
          ms -> {
            if (isDone(ms + LAST_SWAPS_MS)) {
              swaps.finish();
            }
            return isDone(ms) && swaps.isSettled();
          },
          ms -> {
            swaps.check();
            watch.look(ms);
          });
      swaps.check();
    } finally {
      swaps.end();
      swapped = swaps.count();
    }
  }

  private boolean isDone(long elapsedMs) {
    return options.connections() > 0
        ? workload.opened() >= options.connections()
        : elapsedMs - warmUpMs >= TimeUnit.SECONDS.toMillis(options.seconds());
  }

  private DemoResult afterTheKill(NodeControl backup, WireTap tap, FeedClient feed)
      throws IOException, InterruptedException {
    long settled = feed.settledMessages(killNanos);
    say(
        "Master killed with no warning: %,d messages were given to it, %,d of them it had taken.",
        feed.sentMessages(), feed.takenMessages(killNanos));
    NodeStatus.Link before = awaitQuiet(backup);
    tap.close();
    backup.run("ipvs:promote");
    long takeoverMs = (CLOCK.nanoTime() - killNanos) / NANOS_PER_MS;
    say("Backup is master %,d ms after the kill.", takeoverMs);
    Verdict.Result verdict = judge(backup, settled);
    backup.run("ipvs:shutdown");
    return new DemoResult(
        warmUpMs,
        workload.opened() * 1e3 / Math.max(1, openingMs),
        workload.opened(),
        verdict,
        model.replaced(),
        tap.count(),
        tap.missed(),
        model.delays(),
        takeoverMs,
        before.drops(),
        swapped);
  }

  /** Waits until the backup has applied what its socket still held. */
  private NodeStatus.Link awaitQuiet(NodeControl backup) throws IOException, InterruptedException {
    long deadline = CLOCK.nowMs() + QUIET_MS;
    long records = -1;
    int quiet = 0;
    while (true) {
      NodeStatus.Link link =
          backup.status().link("backup").orElseThrow(() -> new IOException("its link is gone"));
      quiet = link.records() == records ? quiet + 1 : 0;
      records = link.records();
      if (quiet >= QUIET_LOOKS || CLOCK.nowMs() > deadline) {
        return link;
      }
      Thread.sleep(POLL_MS);
    }
  }

  private Verdict.Result judge(NodeControl backup, long settledMessages) throws IOException {
    Verdict verdict = new Verdict(model, settledMessages);
    ConnectionRow reader = new ConnectionRow();
    ConnBatch row = new ConnBatch(1);
    try (LineStream lines =
        new LineStream(
            line -> {
              row.clear();
              reader.read(line, row);
              verdict.row(row, 0, CLOCK.nanoTime());
            })) {
      backup.run("ipvs:connections --format json", lines);
    }
    return verdict.finish(CLOCK.nanoTime());
  }

  private static LinkAddress address(SecureRandom random) {
    byte[] group = {
      (byte) 239, (byte) random.nextInt(256), (byte) random.nextInt(256), (byte) random.nextInt(256)
    };
    // Below those that the system gives to clients.
    int port = 20_000 + random.nextInt(12_000);
    try {
      InetAddress where = InetAddress.getByAddress(group);
      return new LinkAddress(INTERFACE, where, port, 1, 1, SOCKET_BUFFER_BYTES, true);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  private static <T> T service(Class<T> type, Predicate<T> which) {
    for (T each : ServiceLoader.load(type)) {
      if (which.test(each)) {
        return each;
      }
    }
    throw new IllegalStateException(
        "no " + type.getSimpleName() + " on the class path: unpack the distribution again");
  }

  /** The parts of a node that run in this process log nothing between what is printed here. */
  private static void quiet() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
        instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.OFF);
    }
  }

  /** Where the progress is shown, if anywhere. */
  private PrintStream shownOn() {
    return options.json() ? new PrintStream(OutputStream.nullOutputStream()) : out;
  }

  private void say(String format, Object... arguments) {
    if (!options.json()) {
      out.printf(Locale.ROOT, format + "%n", arguments);
    }
  }
}
