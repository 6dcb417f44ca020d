package org.ipvssync.command.demo;

import org.ipvssync.api.conn.ConnBatch;

/** A real server: address and port, as words of the wire. */
record Destination(int word0, int word1, int word2, int word3, int port) {
  /** The real server of a record. */
  static Destination of(ConnBatch batch, int i) {
    return new Destination(
        batch.daddrWord(i, 0),
        batch.daddrWord(i, 1),
        batch.daddrWord(i, 2),
        batch.daddrWord(i, 3),
        batch.dport(i));
  }
}
