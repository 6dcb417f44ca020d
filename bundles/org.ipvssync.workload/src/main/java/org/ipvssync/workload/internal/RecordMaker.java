package org.ipvssync.workload.internal;

import java.nio.ByteOrder;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;

/** Writes the records that a Linux director would send of the workload's connections. */
final class RecordMaker {
  private static final int CLIENT_IPV4 = 0x0a00_0000;
  private static final int CLIENT_IPV6 = 0xfd00_0000;
  private static final int SERVICE_IPV6 = 0x2001_0db8;
  private static final int REAL_SERVER_IPV6 = 0xfd10_0000;
  private static final int TEMPLATE_ASSURED = 1;

  private RecordMaker() {}

  /**
   * Appends a connection in {@code state} with the kernel's flags and timeout.
   *
   * @param realServer which of the service's real servers
   */
  static void connection(
      ConnBatch into, VirtualService service, long id, int realServer, int state) {
    int protocol = service.protocol().number();
    int inactive = ConnProtocol.isActive(protocol, state) ? 0 : ConnFlags.INACTIVE;
    int index = endpoints(into, service, Clients.host(id), Clients.port(id), realServer);
    into.setFlags(index, service.forwarding() | inactive);
    into.setState(index, state);
    into.setTimeoutS(index, service.protocol().defaultTimeoutS(state));
  }

  /** Appends the template that keeps a client with its real server. */
  static void template(ConnBatch into, VirtualService service, long id, int realServer) {
    int index = endpoints(into, service, Clients.host(id), 0, realServer);
    // The kernel sets NOOUTPUT when a packet is forwarded; a template forwards none.
    int forwarding = service.forwarding() & ConnFlags.FWD_MASK;
    into.setFlags(index, forwarding | ConnFlags.TEMPLATE | ConnFlags.INACTIVE);
    into.setState(index, TEMPLATE_ASSURED);
    into.setTimeoutS(index, service.persistenceS());
  }

  private static int endpoints(
      ConnBatch into, VirtualService service, int host, int cport, int realServer) {
    int index = into.add();
    into.setProtocol(index, service.protocol().number());
    into.setPorts(index, cport, service.vport(), service.dport());
    int daddr = service.firstDaddr() + realServer;
    if (service.ipv6()) {
      into.setIpv6(index, true);
      into.setCaddrWord(index, 0, wire(CLIENT_IPV6));
      into.setCaddrWord(index, 3, wire(host));
      into.setVaddrWord(index, 0, wire(SERVICE_IPV6));
      into.setVaddrWord(index, 3, wire(service.vaddr()));
      into.setDaddrWord(index, 0, wire(REAL_SERVER_IPV6));
      into.setDaddrWord(index, 3, wire(daddr));
    } else {
      into.setCaddrWord(index, 0, wire(CLIENT_IPV4 | host));
      into.setVaddrWord(index, 0, wire(service.vaddr()));
      into.setDaddrWord(index, 0, wire(daddr));
    }
    return index;
  }

  /** A number as the machine's int whose bytes are in network order. */
  private static int wire(int number) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? number : Integer.reverseBytes(number);
  }
}
