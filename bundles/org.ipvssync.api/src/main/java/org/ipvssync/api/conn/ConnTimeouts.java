package org.ipvssync.api.conn;

/**
 * Seconds that a connection lives in each state when the record itself does not say; immutable.
 *
 * <p>The kernel's table, with the three values that {@code ipvsadm --set tcp tcpfin udp} changes.
 */
public final class ConnTimeouts {
  /** What a kernel uses that nobody configured. */
  public static final ConnTimeouts KERNEL_DEFAULTS = new ConnTimeouts(900, 120, 300);

  private final int tcpS;
  private final int tcpFinS;
  private final int udpS;

  /**
   * Like {@code ipvsadm --set}.
   *
   * @param tcpS seconds in TCP ESTABLISHED, at least 1
   * @param tcpFinS seconds in TCP FIN_WAIT, at least 1
   * @param udpS seconds of a UDP connection, at least 1
   */
  public ConnTimeouts(int tcpS, int tcpFinS, int udpS) {
    if (tcpS < 1 || tcpFinS < 1 || udpS < 1) {
      throw new IllegalArgumentException("timeouts are at least 1 second");
    }
    this.tcpS = tcpS;
    this.tcpFinS = tcpFinS;
    this.udpS = udpS;
  }

  /**
   * Seconds for a record without a timeout of its own.
   *
   * @param protocol IP protocol number
   * @param flags the entry's flags; a template gets 180 seconds
   * @param state a state that the protocol has
   */
  public int secondsOf(int protocol, int flags, int state) {
    if (ConnFlags.isTemplate(flags)) {
      return ConnProtocol.FALLBACK_TIMEOUT_S;
    }
    ConnProtocol known = ConnProtocol.of(protocol);
    if (known == null || state >= known.numStates()) {
      return ConnProtocol.FALLBACK_TIMEOUT_S;
    }
    if (known == ConnProtocol.TCP && state == ConnProtocol.TCP_ESTABLISHED) {
      return tcpS;
    }
    if (known == ConnProtocol.TCP && state == ConnProtocol.TCP_FIN_WAIT) {
      return tcpFinS;
    }
    return known == ConnProtocol.UDP ? udpS : known.defaultTimeoutS(state);
  }
}
