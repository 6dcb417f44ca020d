package org.ipvssync.api.conn;

/**
 * Flags of a connection, as the kernel's {@code IP_VS_CONN_F_*} (include/uapi/linux/ip_vs.h).
 *
 * <p>On the wire version 0 carries the low 16 bits, version 1 all 32.
 */
public final class ConnFlags {
  /** Bits that hold the forwarding method. */
  public static final int FWD_MASK = 0x0007;

  /** Masquerading (network address translation). */
  public static final int MASQ = 0x0000;

  /** The director itself is the real server. */
  public static final int LOCALNODE = 0x0001;

  /** IP tunnelling. */
  public static final int TUNNEL = 0x0002;

  /** Direct routing. */
  public static final int DROUTE = 0x0003;

  /** Cache bypass. */
  public static final int BYPASS = 0x0004;

  /** The entry came from a sync message. */
  public static final int SYNC = 0x0020;

  /** The entry is in the kernel's hash table; never sent. */
  public static final int HASHED = 0x0040;

  /** No packet from the real server was seen. */
  public static final int NOOUTPUT = 0x0080;

  /** The connection counts as inactive for its real server. */
  public static final int INACTIVE = 0x0100;

  /** The outbound sequence numbers are shifted. */
  public static final int OUT_SEQ = 0x0200;

  /** The inbound sequence numbers are shifted. */
  public static final int IN_SEQ = 0x0400;

  /** Either of the two sequence flags: a version 0 record is followed by sequence data. */
  public static final int SEQ_MASK = OUT_SEQ | IN_SEQ;

  /** The client port is not known yet; stored as 0. */
  public static final int NO_CPORT = 0x0800;

  /** A template: the record of a client's persistence, not a connection. */
  public static final int TEMPLATE = 0x1000;

  /** One-packet scheduling: never stored. */
  public static final int ONE_PACKET = 0x2000;

  /** The connection is tracked by netfilter. */
  public static final int NFCT = 0x10000;

  /** What a version 1 receiver keeps of a record's flags ({@code IP_VS_CONN_F_BACKUP_MASK}). */
  public static final int BACKUP_MASK =
      FWD_MASK | NOOUTPUT | INACTIVE | SEQ_MASK | NO_CPORT | TEMPLATE;

  /** What an update changes in a stored entry ({@code IP_VS_CONN_F_BACKUP_UPD_MASK}). */
  public static final int BACKUP_UPD_MASK = INACTIVE | SEQ_MASK;

  private ConnFlags() {}

  /** True when {@code flags} name a template. */
  public static boolean isTemplate(int flags) {
    return (flags & TEMPLATE) != 0;
  }

  /** The forwarding method as {@code ipvsadm} prints it. */
  public static String forwardingName(int flags) {
    return switch (flags & FWD_MASK) {
      case MASQ -> "Masq";
      case LOCALNODE -> "Local";
      case TUNNEL -> "Tunnel";
      case DROUTE -> "Route";
      case BYPASS -> "Bypass";
      default -> "?";
    };
  }

  /** Where an entry came from, as {@code /proc/net/ip_vs_conn_sync} prints it. */
  public static String originName(int flags) {
    return (flags & SYNC) != 0 ? "SYNC" : "LOCAL";
  }
}
