package org.ipvssync.kernel.internal;

/** The own kernel cannot be had; the message is one line for people: what, where, what to do. */
final class KernelRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean normal;

  private KernelRefusal(String message, boolean normal) {
    super(message);
    this.normal = normal;
  }

  /** Somebody should act on it. */
  static KernelRefusal of(String message) {
    return new KernelRefusal(message, false);
  }

  /** Nothing is wrong where nobody balances. */
  static KernelRefusal normal(String message) {
    return new KernelRefusal(message, true);
  }

  /** True when nothing is wrong. */
  boolean isNormal() {
    return normal;
  }
}
