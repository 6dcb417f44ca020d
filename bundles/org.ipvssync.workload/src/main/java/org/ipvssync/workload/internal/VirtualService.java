package org.ipvssync.workload.internal;

import java.util.List;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;

/**
 * A virtual service of the imagined director, with its real servers.
 *
 * <p>Addresses are from the blocks for documentation and private use: clients 10/8 and fd00::/96,
 * services 198.51.100/24 and 2001:db8::/96, real servers 192.168/16 and fd10::/96.
 *
 * @param protocol what it speaks
 * @param ipv6 family of all its addresses
 * @param vaddr last 32 bits of the virtual address
 * @param vport virtual port
 * @param firstDaddr last 32 bits of the first real server's address; the others follow
 * @param dport real servers' port
 * @param realServers how many
 * @param forwarding flags of the forwarding method
 * @param persistenceS seconds that a client stays with its real server; 0 for none
 * @param percent share of the connections
 */
record VirtualService(
    ConnProtocol protocol,
    boolean ipv6,
    int vaddr,
    int vport,
    int firstDaddr,
    int dport,
    int realServers,
    int forwarding,
    int persistenceS,
    int percent) {

  // Direct routing and tunnelling: the answers do not come through the director.
  private static final int ROUTED = ConnFlags.DROUTE | ConnFlags.NOOUTPUT;
  private static final int TUNNELLED = ConnFlags.TUNNEL | ConnFlags.NOOUTPUT;
  private static final int MASQ = ConnFlags.MASQ;
  private static final ConnProtocol TCP = ConnProtocol.TCP;
  private static final ConnProtocol UDP = ConnProtocol.UDP;

  /** All of them; the shares add up to 100, 15 of it IPv6. */
  static final List<VirtualService> ALL =
      List.of(
          ipv4(TCP, 10, 80, 1, 8080, 8, MASQ, 0, 33),
          ipv4(TCP, 10, 443, 2, 443, 8, ROUTED, 0, 20),
          ipv4(TCP, 11, 443, 3, 8443, 6, MASQ, 300, 8),
          ipv4(TCP, 12, 8080, 4, 8080, 4, TUNNELLED, 0, 4),
          ipv4(UDP, 13, 53, 5, 53, 4, MASQ, 0, 10),
          ipv4(UDP, 10, 443, 2, 443, 8, ROUTED, 0, 8),
          ipv4(ConnProtocol.SCTP, 14, 2905, 6, 2905, 2, MASQ, 0, 2),
          ipv6(TCP, 10, 443, 1, 8443, 8, MASQ, 0, 7),
          ipv6(TCP, 10, 80, 2, 80, 8, ROUTED, 0, 4),
          ipv6(UDP, 10, 443, 2, 443, 8, ROUTED, 0, 3),
          ipv6(TCP, 11, 443, 3, 8443, 4, MASQ, 300, 1));

  private static VirtualService ipv4(
      ConnProtocol protocol,
      int vip,
      int vport,
      int farm,
      int dport,
      int realServers,
      int forwarding,
      int persistenceS,
      int percent) {
    int vaddr = 0xc633_6400 | vip;
    int daddr = 0xc0a8_000a | farm << 8;
    return new VirtualService(
        protocol,
        false,
        vaddr,
        vport,
        daddr,
        dport,
        realServers,
        forwarding,
        persistenceS,
        percent);
  }

  private static VirtualService ipv6(
      ConnProtocol protocol,
      int vip,
      int vport,
      int farm,
      int dport,
      int realServers,
      int forwarding,
      int persistenceS,
      int percent) {
    int daddr = farm << 16 | 0xa;
    return new VirtualService(
        protocol, true, vip, vport, daddr, dport, realServers, forwarding, persistenceS, percent);
  }

  /** True when the director sees both directions. */
  boolean seesAnswers() {
    return (forwarding & ConnFlags.NOOUTPUT) == 0;
  }

  /** True when a client that comes again goes to the same real server. */
  boolean isPersistent() {
    return persistenceS > 0;
  }

  /** The way of a connection to this service. */
  LifePath path(long bits) {
    return switch (protocol) {
      case TCP -> LifePath.ofTcp(seesAnswers(), bits);
      case SCTP -> LifePath.ofSctp(bits);
      default -> LifePath.DATAGRAMS;
    };
  }
}
