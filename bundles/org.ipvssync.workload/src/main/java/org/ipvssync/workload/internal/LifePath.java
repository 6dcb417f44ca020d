package org.ipvssync.workload.internal;

/**
 * The states that a connection goes through, as a Linux director sees them.
 *
 * <p>Every step is one of the kernel's transition tables ({@code tcp_states} in
 * net/netfilter/ipvs/ip_vs_proto_tcp.c): with masquerading the director sees both directions, with
 * direct routing and tunnelling only the client's. No step of those tables leads to LAST_ACK, so no
 * path does. SCTP: as captured from a kernel.
 */
enum LifePath {
  /** Masquerading, the server closes first: SYN_RECV, ESTABLISHED, FIN_WAIT, TIME_WAIT. */
  SERVER_CLOSES(1, 3, 1, 4, 5),
  /** Masquerading, the client closes first: SYN_RECV, ESTABLISHED, CLOSE_WAIT, TIME_WAIT. */
  CLIENT_CLOSES(1, 3, 1, 7, 5),
  /** Either side resets: SYN_RECV, ESTABLISHED, CLOSE. */
  RESET(1, 3, 1, 6),
  /** Masquerading, the server refuses: SYN_RECV, CLOSE. */
  REFUSED(-1, 3, 6),
  /** Only the client is seen, and it closes: SYN_RECV, ESTABLISHED, FIN_WAIT. */
  CLIENT_ONLY(1, 3, 1, 4),
  /** UDP: the first packet, and word of a later one. */
  DATAGRAMS(0, 0, 0),
  /** SCTP, the client shuts down: ESTABLISHED, SHUTDOWN_RECEIVED, CLOSED. */
  SCTP_SHUTDOWN(0, 8, 10, 13),
  /** SCTP, aborted: ESTABLISHED, CLOSED. */
  SCTP_ABORT(0, 8, 13);

  /** TCP's state of a connection whose first packet was seen. */
  static final int SYN_RECV = 3;

  private final int lifeStep;
  private final int[] states;

  LifePath(int lifeStep, int... states) {
    this.lifeStep = lifeStep;
    this.states = states;
  }

  /** How many states. */
  int steps() {
    return states.length;
  }

  /** State number {@code step}, from 0. */
  int state(int step) {
    return states[step];
  }

  /** True for the step in which the connection works: it lasts as long as the workload says. */
  boolean isLife(int step) {
    return step == lifeStep;
  }

  /** True for steps before the connection works. */
  boolean isOpening(int step) {
    return lifeStep < 0 || step < lifeStep;
  }

  /** The way of a TCP connection; 5 in 100 are reset, 1 refused, the rest closed by either side. */
  static LifePath ofTcp(boolean bothDirectionsSeen, long bits) {
    int percent = Mix.below(bits, 100);
    if (percent < 5) {
      return RESET;
    }
    if (!bothDirectionsSeen) {
      return CLIENT_ONLY;
    }
    if (percent < 6) {
      return REFUSED;
    }
    return percent < 40 ? SERVER_CLOSES : CLIENT_CLOSES;
  }

  /** The way of an SCTP association; 1 in 4 is aborted. */
  static LifePath ofSctp(long bits) {
    return Mix.below(bits, 4) == 0 ? SCTP_ABORT : SCTP_SHUTDOWN;
  }
}
