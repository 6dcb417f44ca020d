package org.ipvssync.benchmarks;

import org.ipvssync.api.conn.ConnBatch;

/** Passes over a full table in pieces. */
public class TablePasses extends FullTable {
  /** Records of a piece; every size is a multiple of it. */
  static final int PIECE = 250;

  private final ConnBatch piece = new ConnBatch(PIECE);
  private long cursor;
  private long pieces;
  private long records;
  private long inPass;

  /** The next piece of a walk. */
  final ConnBatch walk() {
    piece.clear();
    took(conns.walk(cursor, piece, nowMs));
    return piece;
  }

  /** The next piece for a successor. */
  final ConnBatch entries() {
    piece.clear();
    took(conns.entries(cursor, piece, nowMs));
    return piece;
  }

  private void took(long next) {
    pieces++;
    records += piece.size();
    inPass += piece.size();
    cursor = next;
    if (next < 0) {
      Checks.require(inPass == size, "a pass had %d of %d", inPass, size);
      cursor = 0;
      inPass = 0;
    }
  }

  @Override
  void verify() {
    super.verify();
    Checks.require(pieces > 0, "nothing was done");
    // The time of a piece is shared by so many records; the last of a pass may have fewer.
    boolean full = records <= pieces * PIECE && records >= 0.95 * pieces * PIECE;
    Checks.require(full, "%d pieces had %d records", pieces, records);
  }
}
