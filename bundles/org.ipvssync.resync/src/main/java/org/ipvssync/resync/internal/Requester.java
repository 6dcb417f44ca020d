package org.ipvssync.resync.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.resync.internal.ControlMessage.Begin;
import org.ipvssync.resync.internal.ControlMessage.End;
import org.ipvssync.resync.internal.ControlMessage.Offer;
import org.ipvssync.resync.internal.ControlMessage.Pull;
import org.ipvssync.resync.internal.ControlMessage.Request;
import org.ipvssync.resync.internal.ControlMessage.Wait;

/**
 * One resync through one group: asks who has a table, takes the best offer, pulls page after page.
 *
 * <p>Whoever runs it receives for at most {@link #waitMs}, hands in what came, and calls {@link
 * #tick}. A page that does not come whole is asked for again, with the same cursor and a new
 * number; records that came twice change nothing. When the peer falls silent, the next best offer
 * is taken, then everybody is asked once more.
 *
 * <p>One thread; {@link #status} any. What is wrong with a datagram is a counter.
 */
public final class Requester {
  private static final long REPEAT_MS = 500;
  private static final long QUIET_MS = 200;
  private static final long LONGEST_QUIET_MS = 2_000;

  /** What is late by more than this after a page's end does not come any more. */
  private static final long STRAGGLERS_MS = 10;

  private static final int SILENT_TRIES = 5;
  private static final int LOSSY_TRIES = 100;
  private static final int MOST_RESTARTS = 3;

  /** How long a peer may say that the first page comes later. */
  private static final long LONGEST_WAIT_MS = 60_000;

  private static final long LONGEST_MS = 300_000;

  private final NetworkGroup group;
  private final PeerSocket socket;
  private final Intake intake;
  private final Local local;
  private final ResyncCounters counters;
  private final long timeoutMs;
  private final long nonce;
  private final Offers offers = new Offers();
  private final PagePace pace;
  private final PageReceipt receipt = new PageReceipt();
  private final Datagram control = new Datagram(ControlCodec.MAX_BYTES);

  private long startedMs;
  private long askedMs;
  private long requestedMs;
  private boolean askedAgain;
  private String fault = "";

  private Offers.Made chosen;
  private long cursor;
  private int generation;
  private int nextPage;
  private End end;
  private long dueMs;
  private long waitingSinceMs;
  private boolean waits;
  private int silentTries;
  private int lossyTries;
  private int restarts;
  private long total;
  private long received;
  private volatile Progress progress = new Progress(TableResync.State.ASKING, "", 0, 0, "");

  private record Progress(
      TableResync.State state, String peer, long total, long received, String detail) {}

  /**
   * A resync that has not begun.
   *
   * @param socket whose it stays
   * @param intake where the records go
   * @param timeoutMs how long to wait for somebody to answer
   */
  public Requester(
      NetworkGroup group,
      PeerSocket socket,
      Intake intake,
      Local local,
      ResyncCounters counters,
      long timeoutMs) {
    this.group = group;
    this.socket = socket;
    this.intake = intake;
    this.local = local;
    this.counters = counters;
    this.timeoutMs = timeoutMs;
    this.nonce = local.random().getAsLong();
    this.nextPage = (int) local.random().getAsLong();
    this.pace = new PagePace(socket.receiveBufferBytes(), socket.maxLength());
  }

  /** Begins: asks the group. */
  public void start() {
    startedMs = nowMs();
    ask();
  }

  private void ask() {
    askedMs = nowMs();
    offers.clear();
    show(TableResync.State.ASKING, "");
    request();
  }

  private void request() {
    requestedMs = nowMs();
    try {
      ControlCodec.encode(new Request(nonce, local.nodeId()), group.syncId(), control);
      socket.sendToGroup(control);
      fault = "";
    } catch (IOException e) {
      counters.increment(ResyncCounter.SEND_FAILED);
      fault = e.getMessage();
    }
  }

  /** Milliseconds until {@link #tick} has something to do though nothing comes. */
  public long waitMs() {
    long untilMs =
        chosen == null ? Math.min(requestedMs + REPEAT_MS, offers.dueMs(takeAnyMs())) : dueMs;
    return Math.clamp(untilMs - nowMs(), 0, REPEAT_MS);
  }

  private long takeAnyMs() {
    return askedMs + (offers.isEmpty() ? timeoutMs : timeoutMs / 2);
  }

  /** True when it has come to an end. */
  public boolean hasEnded() {
    return switch (progress.state) {
      case DONE, NOBODY, FAILED -> true;
      default -> false;
    };
  }

  /** How it is; any thread. */
  public TableResync.Status status(long number) {
    Progress now = progress;
    return new TableResync.Status(number, now.state, now.peer, now.total, now.received, now.detail);
  }

  /** Takes a datagram that came to the socket. */
  public void accept(Datagram message) {
    if (hasEnded()) {
      return;
    }
    if (SyncHeader.isControl(message.segment(), message.length())) {
      ControlMessage decoded = ControlCodec.decode(message, counters);
      if (decoded != null) {
        hear(decoded, message.source());
      }
    } else if (chosen == null || !chosen.peer().equals(message.source())) {
      counters.increment(ResyncCounter.STRANGERS);
    } else if (!PageTrailer.isOn(message)) {
      counters.increment(ResyncCounter.NOT_CONTROL);
    } else if (PageTrailer.page(message) != receipt.page()) {
      counters.increment(ResyncCounter.LATE);
    } else {
      take(message);
    }
  }

  private void take(Datagram message) {
    int index = PageTrailer.index(message);
    if (receipt.has(index)) {
      counters.increment(ResyncCounter.TWICE);
    } else if (intake.take(message)) {
      receipt.add(index);
    } else {
      counters.increment(ResyncCounter.NO_CODEC);
    }
    dueMs = nowMs() + (receipt.hasEnd() ? STRAGGLERS_MS : QUIET_MS);
  }

  private void hear(ControlMessage decoded, SocketAddress source) {
    if (decoded.nonce() != nonce) {
      counters.increment(ResyncCounter.STRANGERS);
      return;
    }
    if (decoded instanceof Offer offer) {
      hearOffer(offer, source);
      return;
    }
    if (chosen == null || !chosen.peer().equals(source)) {
      counters.increment(ResyncCounter.STRANGERS);
      return;
    }
    switch (decoded) {
      case Wait wait when isCurrent(wait.page()) -> hearWait(wait);
      case Begin begin when isCurrent(begin.page()) -> hearBegin(begin);
      case End ended when isCurrent(ended.page()) -> hearEnd(ended);
      case Wait ignored -> counters.increment(ResyncCounter.LATE);
      case Begin ignored -> counters.increment(ResyncCounter.LATE);
      case End ignored -> counters.increment(ResyncCounter.LATE);
      default -> counters.increment(ResyncCounter.OUT_OF_PLACE);
    }
  }

  private boolean isCurrent(int page) {
    return page == receipt.page();
  }

  private void hearOffer(Offer offer, SocketAddress source) {
    if (offer.nodeId() == local.nodeId()) {
      counters.increment(ResyncCounter.STRANGERS);
    } else if (!offers.add(offer, source, nowMs())) {
      counters.increment(ResyncCounter.OFFERS_OVER_LIMIT);
    }
  }

  private void hearWait(Wait wait) {
    long nowMs = nowMs();
    silentTries = 0;
    if (!waits) {
      waits = true;
      waitingSinceMs = nowMs;
    }
    dueMs = nowMs + Math.max(1, wait.retryMs());
  }

  private void hearBegin(Begin begin) {
    silentTries = 0;
    waits = false;
    dueMs = nowMs() + QUIET_MS;
    if (isOfThisTable(begin.generation())) {
      total = begin.total();
      show(TableResync.State.RECEIVING, "");
    }
  }

  private void hearEnd(End ended) {
    silentTries = 0;
    waits = false;
    if (!isOfThisTable(ended.generation())) {
      return;
    }
    end = ended;
    receipt.expect(ended.datagrams());
    dueMs = nowMs() + STRAGGLERS_MS;
  }

  /** When the peer's table was exchanged, its cursors mean another thing: all over again. */
  private boolean isOfThisTable(int its) {
    if (generation == 0) {
      generation = its;
    }
    if (generation == its) {
      return true;
    }
    if (++restarts > MOST_RESTARTS) {
      giveUp("exchanges its table again and again");
      return false;
    }
    generation = its;
    cursor = 0;
    received = 0;
    pull();
    return false;
  }

  /** Does what is due. */
  public void tick() {
    if (hasEnded()) {
      return;
    }
    long nowMs = nowMs();
    if (nowMs - startedMs >= LONGEST_MS) {
      show(TableResync.State.FAILED, "not done after " + LONGEST_MS / 1000 + " s, given up");
    } else if (chosen == null) {
      tickAsking(nowMs);
    } else if (receipt.isWhole()) {
      whole();
    } else if (nowMs >= dueMs) {
      again(nowMs);
    }
  }

  private void tickAsking(long nowMs) {
    long lateMs = nowMs - requestedMs - REPEAT_MS;
    if (lateMs > REPEAT_MS) {
      // While this node stood still it asked nobody: that is no time in which nobody answered.
      askedMs += lateMs;
    }
    Offers.Made best = offers.choose(nowMs, takeAnyMs());
    if (best != null) {
      choose(best);
    } else if (nowMs - askedMs >= timeoutMs) {
      nobody();
    } else if (nowMs - requestedMs >= REPEAT_MS) {
      request();
    }
  }

  private void nobody() {
    if (!fault.isEmpty()) {
      show(TableResync.State.FAILED, fault);
    } else if (askedAgain) {
      show(TableResync.State.FAILED, "the peer fell silent, and nobody else answered");
    } else {
      show(TableResync.State.NOBODY, "nobody answered within " + timeoutMs + " ms");
    }
  }

  private void choose(Offers.Made best) {
    chosen = best;
    cursor = 0;
    generation = 0;
    silentTries = 0;
    lossyTries = 0;
    restarts = 0;
    waits = false;
    received = 0;
    total = best.offer().connections();
    show(TableResync.State.RECEIVING, "");
    pull();
  }

  private void whole() {
    lossyTries = 0;
    pace.whole();
    received += Integer.toUnsignedLong(end.records());
    long next = end.nextCursor();
    if (next < 0) {
      show(TableResync.State.DONE, "");
    } else if (next <= cursor) {
      giveUp("says nonsense");
    } else {
      cursor = next;
      show(TableResync.State.RECEIVING, "");
      pull();
    }
  }

  private void again(long nowMs) {
    if (waits) {
      if (nowMs - waitingSinceMs > LONGEST_WAIT_MS) {
        giveUp("was not ready to answer for " + LONGEST_WAIT_MS / 1000 + " s");
      } else {
        pull();
      }
      return;
    }
    counters.increment(ResyncCounter.PAGES_AGAIN);
    if (receipt.hasAny()) {
      silentTries = 0;
      pace.lost();
      lossyTries++;
    } else {
      silentTries++;
    }
    if (silentTries >= SILENT_TRIES || lossyTries >= LOSSY_TRIES) {
      giveUp(
          silentTries >= SILENT_TRIES ? "fell silent" : "cannot be understood: too much is lost");
    } else {
      pull();
    }
  }

  private void pull() {
    nextPage = nextPage == -1 ? 1 : nextPage + 1;
    receipt.begin(nextPage);
    end = null;
    dueMs = nowMs() + Math.min(LONGEST_QUIET_MS, QUIET_MS << silentTries);
    Pull pull =
        new Pull(
            nonce,
            chosen.offer().cookie(),
            nextPage,
            cursor,
            generation,
            pace.datagrams(),
            pace.longest());
    try {
      ControlCodec.encode(pull, group.syncId(), control);
      socket.send(control, chosen.peer());
    } catch (IOException e) {
      counters.increment(ResyncCounter.SEND_FAILED);
    }
  }

  /** The next best offer, or everybody once more. */
  private void giveUp(String why) {
    String reason = "peer " + addressOf(chosen.peer()) + " " + why;
    offers.remove(chosen);
    chosen = null;
    Offers.Made next = offers.best();
    if (next != null) {
      choose(next);
    } else if (!askedAgain) {
      askedAgain = true;
      ask();
    } else {
      show(TableResync.State.FAILED, reason);
    }
  }

  private void show(TableResync.State state, String detail) {
    String peer = chosen == null ? "" : addressOf(chosen.peer());
    progress = new Progress(state, peer, total, received, detail);
  }

  private static String addressOf(SocketAddress peer) {
    return peer instanceof InetSocketAddress known && known.getAddress() != null
        ? known.getAddress().getHostAddress()
        : String.valueOf(peer);
  }

  private long nowMs() {
    return local.clock().nowMs();
  }
}
