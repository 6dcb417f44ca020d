package org.ipvssync.api.table;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Stores connections and templates, and forgets each when its time is over.
 *
 * <p>Lookups are the kernel's ({@code ip_vs_conn_in_get}, {@code ip_vs_ct_in_get}):
 *
 * <ul>
 *   <li>a connection is found by family, protocol, client and virtual address and port; an entry
 *       with {@code NO_CPORT} only by port 0, and by any port when no exact entry is there; an
 *       entry without it never by port 0. The newest entry wins. A record with persistence data,
 *       which no kernel sends for a connection, finds none and makes another entry, until the table
 *       has so many of its key that it refuses more;
 *   <li>a template (flag TEMPLATE) only by a template record: the same key with the client port as
 *       it is; with persistence data by that and not by the client port, and then engine and data
 *       must agree; with protocol 0 only the first four bytes of the virtual address count (the
 *       firewall mark).
 * </ul>
 *
 * <p>An entry has a <em>handle</em>, a number from 0 to {@link #handleLimit()} - 1 that stays the
 * same while the entry lives, and may serve another entry afterwards. What is past its time is gone
 * for every reader and writer at once, whether {@link #expire} has swept it or not.
 *
 * <p>Times are milliseconds of one clock that never goes back; its zero does not matter.
 */
@ConsumerType
public interface ConnTable extends AutoCloseable {
  /** Most entries, templates among them. */
  int capacity();

  /** Entries now, templates among them; some may be past their time and not yet swept. */
  int size();

  /** Templates among {@link #size()}. */
  int templates();

  /** All handles are below this number. */
  int handleLimit();

  /**
   * Applies a batch under a rule: for every record that is not skipped, finds the entry and does
   * what the rule says. Atomic for readers. Announces each entry it made or changed.
   *
   * <p>When full, a record that needs a new entry is refused and counted; entries are still
   * updated. One-packet records make no entry. The timer of an entry restarts with every record
   * that updated it: for the record's seconds, or the timeouts' when it has none; a template whose
   * record says what remains of its life lives that long and keeps the full timeout. Under
   * AUTHORITATIVE an update also brings the firewall mark, and the client port to an entry that had
   * none (NO_CPORT), as {@code ip_vs_conn_fill_cport}.
   *
   * <p>Where a record is a copy itself ({@link ConnBatch#isCopy}) and all that it changes is how
   * long the entry lives, that is not announced: whoever has the entry knows as much.
   *
   * <p>An entry that replaced another, and one made from a record that says so, is read as moved.
   *
   * @param timeouts for records without a timeout
   * @param horizon where the batch comes from, 1 to 255; 0 for the node itself
   * @param nowMs time of the call
   * @param counters gets inserted, updated, replaced, kept, and drops by reason
   */
  void apply(
      ConnBatch batch,
      MergeRule rule,
      ConnTimeouts timeouts,
      int horizon,
      long nowMs,
      LinkCounters counters);

  /**
   * Finds the entry that a record would meet and appends it to {@code into}.
   *
   * @return false when there is none
   */
  boolean find(ConnBatch key, int index, ConnBatch into, long nowMs);

  /**
   * Appends the entries of {@code handles[from]} to {@code handles[to - 1]} that live, in one
   * atomic view; each record carries its handle, its horizon and its remaining milliseconds.
   */
  void read(int[] handles, int from, int to, ConnBatch into, long nowMs);

  /**
   * Walks the table in pieces. An entry that is there during the whole walk comes exactly once; one
   * that comes or goes meanwhile may come or not. Each piece is an atomic view.
   *
   * @param cursor 0 to begin, then what the last call returned; any other number, such as one that
   *     somebody made up, gives some entries or none, and a walk from there ends too
   * @param into cleared by the caller; gets as many entries as fit
   * @return the next cursor, or -1 when this piece was the last
   */
  long walk(long cursor, ConnBatch into, long nowMs);

  /**
   * Sweeps entries whose time is over.
   *
   * @param budget most entries to look at in this call, so that a writer waits only briefly
   * @return true when everything due was swept
   */
  boolean expire(long nowMs, int budget);

  /**
   * Walks the table for its successor: every entry that lives comes exactly once, with its handle,
   * horizon, marks and remaining milliseconds. Of entries that one lookup could meet, the older
   * comes first, so that {@link #adopt} in this order gives the same lookups. Nobody else uses the
   * table meanwhile.
   *
   * @param cursor 0 to begin, then what the last call returned
   * @param into cleared by the caller; gets as many entries as fit
   * @return the next cursor, or -1 when this piece was the last
   */
  long entries(long cursor, ConnBatch into, long nowMs);

  /**
   * Takes entries of another table over as they are: flags, horizon, marks, remaining milliseconds.
   * Looks nothing up, announces nothing; of entries that one lookup could meet, the later wins.
   *
   * @param entries as {@link #entries} gave them
   * @param handles gets for each record its entry's handle here; -1 when it did not fit
   * @return how many did not fit
   */
  int adopt(ConnBatch entries, int[] handles, long nowMs);

  /** Sets the one listener of changes, before the first batch; null for none. */
  void setChangeListener(ChangeListener listener);

  /**
   * The content is complete and the table in use: where a provider keeps content beyond the
   * process, it is this table's from now on.
   */
  default void publish() {}

  /** The content has moved to a successor: as {@link #close}, and nothing of it is kept. */
  default void discard() {
    close();
  }

  /**
   * Gives the memory back. Calls in flight must have ended; later ones are an error. Where a
   * provider keeps content beyond the process, it is there for {@link ConnTableProvider#restore}.
   */
  @Override
  void close();
}
