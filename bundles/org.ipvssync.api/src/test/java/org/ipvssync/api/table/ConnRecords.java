package org.ipvssync.api.table;

import java.lang.foreign.MemorySegment;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.ConnText.FieldSink;

/** Compares records as a whole, and prints them. */
public final class ConnRecords {
  private ConnRecords() {}

  /** True when all that a table hands out agrees, the handle aside. */
  public static boolean same(ConnBatch a, int i, ConnBatch b, int j) {
    return a.flags(i) == b.flags(j)
        && a.fwmark(i) == b.fwmark(j)
        && a.timeoutS(i) == b.timeoutS(j)
        && a.remainingS(i) == b.remainingS(j)
        && a.state(i) == b.state(j)
        && a.cport(i) == b.cport(j)
        && a.vport(i) == b.vport(j)
        && a.dport(i) == b.dport(j)
        && a.protocol(i) == b.protocol(j)
        && a.isIpv6(i) == b.isIpv6(j)
        && a.horizon(i) == b.horizon(j)
        && a.expiresMs(i) == b.expiresMs(j)
        && a.isSkipped(i) == b.isSkipped(j)
        && sameAddresses(a, i, b, j)
        && sameSeq(a, i, b, j)
        && samePe(a, i, b, j);
  }

  /** Every field of a record in one line. */
  public static String text(ConnBatch batch, int index) {
    StringBuilder out = new StringBuilder();
    ConnText.describe(
        batch,
        index,
        new FieldSink() {
          @Override
          public void number(String name, long value) {
            out.append(name).append('=').append(value).append(' ');
          }

          @Override
          public void text(String name, String value) {
            out.append(name).append('=').append(value).append(' ');
          }
        });
    return out.append("horizon=")
        .append(batch.horizon(index))
        .append(" expiresMs=")
        .append(batch.expiresMs(index))
        .toString();
  }

  private static boolean sameAddresses(ConnBatch a, int i, ConnBatch b, int j) {
    for (int word = 0; word < 4; word++) {
      if (a.caddrWord(i, word) != b.caddrWord(j, word)
          || a.vaddrWord(i, word) != b.vaddrWord(j, word)
          || a.daddrWord(i, word) != b.daddrWord(j, word)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameSeq(ConnBatch a, int i, ConnBatch b, int j) {
    for (int word = 0; word < ConnBatch.SEQ_WORDS; word++) {
      if (a.seq(i, word) != b.seq(j, word)) {
        return false;
      }
    }
    return a.hasSeq(i) == b.hasSeq(j);
  }

  private static boolean samePe(ConnBatch a, int i, ConnBatch b, int j) {
    int length = a.peDataLength(i) + a.peNameLength(i);
    long inA = a.peDataOffset(i);
    long inB = b.peDataOffset(j);
    return a.peDataLength(i) == b.peDataLength(j)
        && a.peNameLength(i) == b.peNameLength(j)
        && MemorySegment.mismatch(a.peArea(), inA, inA + length, b.peArea(), inB, inB + length) < 0;
  }
}
