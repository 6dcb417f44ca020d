package org.ipvssync.api.conn;

/**
 * The protocols that IPVS balances, with their states and the kernel's default timeouts
 * (net/netfilter/ipvs/ip_vs_proto_*.c, Linux 6.1).
 */
public enum ConnProtocol {
  /** TCP, 11 states. */
  TCP(
      6,
      new String[] {
        "NONE",
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT",
        "TIME_WAIT",
        "CLOSE",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "SYNACK"
      },
      new int[] {2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120}),

  /** UDP, one state. */
  UDP(17, new String[] {"UDP"}, new int[] {300}),

  /** SCTP, 14 states. */
  SCTP(
      132,
      new String[] {
        "NONE",
        "INIT1",
        "INIT",
        "C-SENT",
        "C-REPLIED",
        "C-WAIT",
        "COOKIE",
        "C-ECHOED",
        "ESTABLISHED",
        "S-SENT",
        "S-RECEIVED",
        "S-ACK-SENT",
        "REJECTED",
        "CLOSED"
      },
      new int[] {2, 4, 61, 61, 61, 61, 61, 61, 900, 61, 61, 61, 4, 61}),

  /** IPsec authentication header: one nameless state, no timeout table. */
  AH(51, null, null),

  /** IPsec encapsulated payload: one nameless state, no timeout table. */
  ESP(50, null, null);

  /** Seconds that a connection gets when neither the record nor the protocol says more. */
  public static final int FALLBACK_TIMEOUT_S = 180;

  /** TCP's state ESTABLISHED. */
  public static final int TCP_ESTABLISHED = 1;

  /** TCP's state FIN_WAIT. */
  public static final int TCP_FIN_WAIT = 4;

  private static final ConnProtocol[] BY_NUMBER = new ConnProtocol[256];
  private static final String[] TEMPLATE_STATES = {"NONE", "ASSURED"};

  static {
    for (ConnProtocol p : values()) {
      BY_NUMBER[p.number] = p;
    }
  }

  private final int number;
  private final String[] stateNames;
  private final int[] timeouts;

  ConnProtocol(int number, String[] stateNames, int[] timeouts) {
    this.number = number;
    this.stateNames = stateNames;
    this.timeouts = timeouts;
  }

  /** The IP protocol number, 0 to 255. */
  public int number() {
    return number;
  }

  /** How many states there are; a valid state is below it. */
  public int numStates() {
    return stateNames == null ? 1 : stateNames.length;
  }

  /** The kernel's default timeout of {@code state} in seconds; {@code state} below numStates. */
  public int defaultTimeoutS(int state) {
    return timeouts == null ? FALLBACK_TIMEOUT_S : timeouts[state];
  }

  /** The protocol with that number, or null when IPVS does not know it. */
  public static ConnProtocol of(int number) {
    return BY_NUMBER[number & 0xff];
  }

  /** The name of a protocol number as /proc prints it: "TCP", "IP" for 0, "IP_51" for others. */
  public static String nameOf(int number) {
    return switch (number) {
      case 0 -> "IP";
      case 1 -> "ICMP";
      case 6 -> "TCP";
      case 17 -> "UDP";
      case 58 -> "ICMPv6";
      case 132 -> "SCTP";
      default -> "IP_" + number;
    };
  }

  /** The name of a state as /proc prints it; never null ("ERR!" for what has no name). */
  public static String stateName(int protocol, int flags, int state) {
    if (ConnFlags.isTemplate(flags)) {
      return state < TEMPLATE_STATES.length ? TEMPLATE_STATES[state] : "ERR!";
    }
    ConnProtocol known = of(protocol);
    if (known == null || known.stateNames == null) {
      return protocol == 0 ? "NONE" : "ERR!";
    }
    return state < known.stateNames.length ? known.stateNames[state] : "ERR!";
  }

  /**
   * True when the kernel counts a connection in {@code state} as active, and so sends it without
   * {@link ConnFlags#INACTIVE}: TCP 1, 2, 3, 10 and SCTP 8.
   */
  public static boolean isActive(int protocol, int state) {
    return switch (protocol) {
      case 6 -> state == TCP_ESTABLISHED || state == 2 || state == 3 || state == 10;
      case 132 -> state == 8;
      default -> false;
    };
  }

  /** A state in which a connection of {@code protocol} is active; 0 when it never is. */
  public static int activeState(int protocol) {
    return switch (protocol) {
      case 6 -> TCP_ESTABLISHED;
      case 132 -> 8;
      default -> 0;
    };
  }
}
