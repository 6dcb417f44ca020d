package org.ipvssync.command.demo;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;

/** Makes records of one service, 198.51.100.10:80, for the tests. */
final class Records {
  static final int SYN_RECV = 3;
  static final int ESTABLISHED = 1;
  static final int FIN_WAIT = 4;
  static final int CLOSE = 6;

  private Records() {}

  /** A TCP connection with the kernel's flags and timeout. */
  static ConnBatch tcp(int cport, String daddr, int state) {
    ConnBatch batch = new ConnBatch(1);
    int i = batch.add();
    batch.setProtocol(i, ConnProtocol.TCP.number());
    batch.setPorts(i, cport, 80, 8080);
    batch.setState(i, state);
    batch.setTimeoutS(i, ConnProtocol.TCP.defaultTimeoutS(state));
    batch.setFlags(i, ConnProtocol.isActive(6, state) ? 0 : ConnFlags.INACTIVE);
    addresses(batch, "10.0.0.1", "198.51.100.10", daddr);
    return batch;
  }

  /** A template of that client. */
  static ConnBatch template(String daddr) {
    ConnBatch batch = tcp(0, daddr, ESTABLISHED);
    batch.setFlags(0, ConnFlags.TEMPLATE | ConnFlags.INACTIVE);
    batch.setTimeoutS(0, 300);
    return batch;
  }

  /** The same record with what remains of its life, as a row of a table. */
  static ConnBatch row(ConnBatch record, long expiresS) {
    record.setExpiresMs(0, 1000 * expiresS);
    return record;
  }

  static void addresses(ConnBatch batch, String caddr, String vaddr, String daddr) {
    byte[] client = InetAddress.ofLiteral(caddr).getAddress();
    byte[] all = new byte[3 * client.length];
    System.arraycopy(client, 0, all, 0, client.length);
    byte[] virtual = InetAddress.ofLiteral(vaddr).getAddress();
    System.arraycopy(virtual, 0, all, client.length, client.length);
    byte[] real = InetAddress.ofLiteral(daddr).getAddress();
    System.arraycopy(real, 0, all, 2 * client.length, client.length);
    batch.setIpv6(batch.size() - 1, client.length > 4);
    batch.setAddresses(batch.size() - 1, MemorySegment.ofArray(all), 0, client.length);
  }
}
