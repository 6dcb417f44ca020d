package org.ipvssync.resync.internal;

/**
 * What two nodes say to each other about a resync; {@link ControlCodec} knows the bytes.
 *
 * <p>All carry the nonce of the node that asks: it tells its own resyncs apart, and nobody who has
 * not heard it can answer.
 */
sealed interface ControlMessage {
  /** The asking node's number for this resync. */
  long nonce();

  /** To the group: who has a table? */
  record Request(long nonce, long nodeId) implements ControlMessage {}

  /**
   * An answer to a request, to the socket that it came from.
   *
   * @param cookie to be shown with each pull: whoever has it receives at that address
   * @param connections how many the node has, templates among them
   * @param complete whether the node has itself everything that a peer could tell
   */
  record Offer(long nonce, long nodeId, long cookie, long connections, boolean complete)
      implements ControlMessage {}

  /**
   * Asks for a piece of the table.
   *
   * @param page number of this attempt; another one each time, never 0
   * @param cursor 0 for the first page, then what the page before ended with
   * @param generation of the table that the cursor is of; 0 when it is not known yet
   * @param mostDatagrams how many messages may come at once, 1 to 65535; a few more are no harm
   * @param maxLength longest message, bytes
   */
  record Pull(
      long nonce,
      long cookie,
      int page,
      long cursor,
      int generation,
      int mostDatagrams,
      int maxLength)
      implements ControlMessage {}

  /**
   * The page comes later: ask again.
   *
   * @param retryMs when, 0 to 65535
   */
  record Wait(long nonce, int page, int retryMs) implements ControlMessage {}

  /**
   * The page follows.
   *
   * @param generation of the table, not 0
   * @param total connections of the whole table
   */
  record Begin(long nonce, int page, int generation, long total) implements ControlMessage {}

  /**
   * The page is over.
   *
   * @param generation of the table that all of the page came from, not 0
   * @param nextCursor where the next page begins, or -1 when there is none
   * @param records how many were sent
   * @param datagrams in how many messages
   */
  record End(long nonce, int page, int generation, long nextCursor, int records, int datagrams)
      implements ControlMessage {}
}
