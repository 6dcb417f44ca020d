package org.ipvssync.command.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/**
 * Full sync messages of distinct connections, made beforehand and off the heap, so that sending
 * them costs no more than a socket does. One thread.
 */
final class PreparedDatagrams implements AutoCloseable {
  /** Longest message of a master on Ethernet. */
  static final int MAX_LENGTH = 1_472;

  private final SyncCodec codec;
  private final int connections;
  private final boolean ipv6;
  private final int syncId;
  private final Arena arena = Arena.ofShared();
  private final ByteBuffer[] datagrams;
  private final MemorySegment memory;
  private final int aDatagram;

  /**
   * Makes them.
   *
   * @param connections how many, from number 0 on
   * @param ipv6 whether their addresses are
   * @param timeoutS in each record
   */
  PreparedDatagrams(SyncCodec codec, int connections, boolean ipv6, int syncId, int timeoutS) {
    this.ipv6 = ipv6;
    this.codec = codec;
    this.connections = connections;
    this.syncId = syncId;
    this.aDatagram = recordsADatagram(codec, ipv6);
    int count = (connections + aDatagram - 1) / aDatagram;
    this.memory = arena.allocate((long) count * MAX_LENGTH, Long.BYTES);
    this.datagrams = new ByteBuffer[count];
    encode(timeoutS);
  }

  /** How many connections fill a datagram. */
  static int recordsADatagram(SyncCodec codec, boolean ipv6) {
    ConnBatch batch = new ConnBatch();
    while (!batch.isFull()) {
      Connections.add(batch, batch.size(), ipv6, 1);
    }
    return codec.encode(batch, 0, 0, MAX_LENGTH, new Datagram(MAX_LENGTH));
  }

  /** Makes them anew with another timeout: each record is a change then. */
  void encode(int timeoutS) {
    ConnBatch batch = new ConnBatch(aDatagram);
    Datagram message = new Datagram(MAX_LENGTH);
    for (int i = 0; i < datagrams.length; i++) {
      batch.clear();
      int end = Math.min(connections, (i + 1) * aDatagram);
      for (int number = i * aDatagram; number < end; number++) {
        Connections.add(batch, number, ipv6, timeoutS);
      }
      codec.encode(batch, 0, syncId, MAX_LENGTH, message);
      MemorySegment here = memory.asSlice((long) i * MAX_LENGTH, message.length());
      here.copyFrom(message.segment().asSlice(0, message.length()));
      datagrams[i] = here.asByteBuffer();
    }
  }

  /** How many datagrams. */
  int count() {
    return datagrams.length;
  }

  /** Connections in all of them. */
  int connections() {
    return connections;
  }

  /** Bytes of the first; all but perhaps the last are as long. */
  int length() {
    return datagrams[0].capacity();
  }

  /** Bytes of all. */
  long bytes() {
    return (long) (count() - 1) * length() + datagrams[count() - 1].capacity();
  }

  /** Sends one, waiting for room in the socket. */
  void send(DatagramChannel channel, int index) throws IOException {
    ByteBuffer datagram = datagrams[index].clear();
    while (channel.write(datagram) == 0) {
      Thread.onSpinWait();
    }
  }

  /** Sends all as fast as that goes. */
  void sendAll(DatagramChannel channel) throws IOException {
    for (int i = 0; i < datagrams.length; i++) {
      send(channel, i);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
