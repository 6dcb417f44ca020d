package org.ipvssync.api.node;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A way out of the node's table: changes that wait, coalesced to one an entry, and copies.
 *
 * <p>Used by the link's one thread; {@link #pending}, {@link #held}, {@link #delays}, {@link
 * #wakeUp} and {@link #close} by any. Nothing is allocated a record, and what waits is bounded by
 * the table: an entry waits at most once.
 */
@ProviderType
public interface OutboundLink extends AutoCloseable {
  /** How many entries wait to be sent, held ones not among them. */
  int pending();

  /** Nanoseconds (of the node's clock) since when the oldest change waits; meaningless if none. */
  long oldestNanos();

  /**
   * Waits until at least {@code enough} changes are pending, a wake-up, or the time is over.
   *
   * @param nanos longest wait; 0 or less returns at once
   */
  void await(int enough, long nanos);

  /** Ends an {@link #await} now or the next one at once. */
  void wakeUp();

  /**
   * Takes changes that wait, oldest first, and appends what their entries hold <em>now</em>.
   *
   * <p>An entry that is a copy, not yet confirmed by anything live, goes with what remains of its
   * life, as copies do; a connection that was heard of more than 2 s ago has that for its timeout.
   * An entry that is gone, or whose latest update came from this link's horizon, is passed over.
   * Where an entry got another real server since it was taken last, and is inactive now, an active
   * record of the new one goes ahead of it: a kernel ignores an inactive record for a connection
   * that it knows elsewhere.
   *
   * @param into cleared by the caller, of capacity 2 at least
   * @param most records at most; one more when the last entry goes with another ahead
   * @param counters gets COALESCED, LEADS, RING_OVERFLOWS and CHANGES
   * @return true when more may be waiting
   */
  boolean take(ConnBatch into, int most, LinkCounters counters);

  /** The same, as many as fit. */
  default boolean take(ConnBatch into, LinkCounters counters) {
    return take(into, into.capacity(), counters);
  }

  /**
   * Makes records {@code from} to {@code to - 1} of the batch taken last wait again: they were not
   * sent. The table may have been exchanged since.
   */
  void restore(ConnBatch batch, int from, int to);

  /**
   * Puts a record of the batch taken last aside that the codec cannot carry, until {@link
   * #releaseHeld}.
   */
  void hold(ConnBatch batch, int index);

  /** Makes everything held wait again: another codec is there. */
  void releaseHeld();

  /** How many entries are held. */
  int held();

  /**
   * Appends the next copies of a pass over the whole table, but what came from this link's horizon.
   *
   * <p>Each says what remains of its life, see {@link ConnBatch#limitToRemaining}. What has less
   * than a second left is left out.
   *
   * @param into cleared by the caller
   * @param alsoUnconfirmed whether entries count that are copies themselves, restored or received,
   *     and that nothing live has confirmed; only when somebody asked for the whole table
   * @return true when this was the last piece of the pass; the next call begins another. False at
   *     once while there is no table
   */
  boolean copies(ConnBatch into, boolean alsoUnconfirmed);

  /** Begins the pass of copies again from the start of the table. */
  void restartCopies();

  /** Where the link's delays are collected. */
  DelayRecorder delays();

  /**
   * Leaves the way for a successor of the same name: as {@link #close}, but changes go on being
   * marked, and what waits or is held waits for whoever opens the name again.
   */
  void park();

  /** Ends the way; what waits is forgotten. */
  @Override
  void close();
}
