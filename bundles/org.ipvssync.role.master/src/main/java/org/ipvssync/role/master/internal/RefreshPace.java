package org.ipvssync.role.master.internal;

import java.util.concurrent.TimeUnit;

/**
 * When the next piece of copies may go, and when a pass over the table begins.
 *
 * <p>A token bucket, kept as a time: what was sent is paid for with the time that it may take, and
 * time that was not used is saved up to a limit. Pieces are small, so that a change never waits for
 * more than one.
 *
 * <p>One thread, except {@link #push}.
 */
final class RefreshPace {
  /** Pieces of so much time at high rates. */
  private static final long PIECE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Fewer records would make datagrams that are mostly header. */
  private static final int LEAST_PIECE = 32;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private int perSecond;
  private int piece;
  private long periodNanos;
  private long pieceNanos;
  private long savedNanos;

  private long paidUntilNanos;
  private long passStartNanos;
  private boolean running;
  private boolean restart;
  private boolean askedFor;
  private volatile boolean pushed;

  /**
   * Other limits from now on.
   *
   * @param periodS seconds from the start of a pass to the next; 0 for pushed ones only
   * @param perSecond most records a second
   * @param mostPiece most records that one piece may have
   */
  void configure(int periodS, int perSecond, int mostPiece) {
    this.perSecond = perSecond;
    periodNanos = TimeUnit.SECONDS.toNanos(periodS);
    long inPieceTime = perSecond * PIECE_NANOS / SECOND;
    piece = Math.clamp(inPieceTime, Math.min(LEAST_PIECE, mostPiece), mostPiece);
    pieceNanos = nanosFor(piece);
    savedNanos = Math.max(pieceNanos, PIECE_NANOS);
  }

  /** A pass begins at once if there are to be any, and its first piece is paid for. */
  void startOver(long nowNanos) {
    if (running && askedFor) {
      // Whoever asked waits for the end of a pass that ends.
      pushed = true;
    }
    running = false;
    passStartNanos = nowNanos - periodNanos;
    paidUntilNanos = nowNanos - pieceNanos;
  }

  /** Most records of one piece. */
  int piece() {
    return piece;
  }

  /** Any thread: a pass shall begin now, from the start. */
  void push() {
    pushed = true;
  }

  /** True when a piece may be sent now; begins a pass when it is time for one. */
  boolean isDue(long nowNanos) {
    if (pushed) {
      pushed = false;
      begin(nowNanos, true);
    } else if (!running && periodNanos > 0 && nowNanos - passStartNanos >= periodNanos) {
      begin(nowNanos, false);
    }
    return running && nowNanos - paidUntilNanos >= pieceNanos;
  }

  /** True when somebody asked for the present pass; else its time had come. */
  boolean isAskedFor() {
    return askedFor;
  }

  /** True when the present pass began after the last {@link #push}, and for its sake. */
  boolean answersAll() {
    return askedFor && !pushed;
  }

  /** True once after a pass began: the table is to be walked from its start. */
  boolean takeRestart() {
    boolean now = restart;
    restart = false;
    return now;
  }

  /** A piece was sent. */
  void sent(int records, boolean last, long nowNanos) {
    paidUntilNanos = Math.max(paidUntilNanos, nowNanos - savedNanos) + nanosFor(records);
    running = !last;
  }

  /** The pass was cut off: what was left of it comes with a new one. */
  void cutOff() {
    restart = running;
  }

  /** Nanoseconds until {@link #isDue} may be true, if nobody pushes. */
  long nanosToNext(long nowNanos) {
    if (pushed) {
      return 0;
    }
    if (running) {
      return Math.max(0, paidUntilNanos + pieceNanos - nowNanos);
    }
    return periodNanos == 0 ? Long.MAX_VALUE : Math.max(0, passStartNanos + periodNanos - nowNanos);
  }

  private void begin(long nowNanos, boolean asked) {
    running = true;
    askedFor = asked;
    restart = true;
    passStartNanos = nowNanos;
  }

  private long nanosFor(int records) {
    return records * SECOND / perSecond;
  }
}
