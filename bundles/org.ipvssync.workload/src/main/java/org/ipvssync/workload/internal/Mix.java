package org.ipvssync.workload.internal;

/**
 * Random numbers without a stream: the same input gives the same number, in whatever order they are
 * drawn.
 *
 * <p>Source: the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
 */
final class Mix {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private Mix() {}

  /** 64 well-mixed bits of two numbers. */
  static long of(long a, long b) {
    return of(of(a) ^ b);
  }

  /** 64 well-mixed bits of a number. */
  static long of(long a) {
    long z = a + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A number from 0 to {@code bound - 1}, from the upper 32 bits. */
  static int below(long bits, int bound) {
    return (int) (((bits >>> 32) * bound) >>> 32);
  }
}
