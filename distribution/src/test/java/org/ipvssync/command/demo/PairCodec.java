package org.ipvssync.command.demo;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/**
 * A codec for the tests: a v1 header, then of each record the last byte of the client's port. Two
 * records fit into a message.
 */
final class PairCodec implements SyncCodec {
  private static final int HEADER = 8;

  @Override
  public String name() {
    return "v1";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean carriesTimeout() {
    return true;
  }

  @Override
  public boolean carries(ConnBatch batch, int index) {
    return true;
  }

  @Override
  public void decode(Datagram message, ConnBatch into, LinkCounters counters) {
    into.clear();
    byte[] bytes = message.toBytes();
    for (int at = HEADER; at < bytes.length; at++) {
      into.addCopy(Records.tcp(bytes[at], "192.168.1.10", Records.ESTABLISHED), 0);
    }
  }

  @Override
  public int encode(ConnBatch batch, int from, int syncId, int maxLength, Datagram into) {
    int to = Math.min(batch.size(), from + 2);
    byte[] bytes = new byte[HEADER + to - from];
    bytes[3] = (byte) bytes.length;
    bytes[4] = (byte) (to - from);
    bytes[5] = 1;
    for (int i = from; i < to; i++) {
      bytes[HEADER + i - from] = (byte) batch.cport(i);
    }
    into.set(bytes, 0, bytes.length);
    return to;
  }
}
