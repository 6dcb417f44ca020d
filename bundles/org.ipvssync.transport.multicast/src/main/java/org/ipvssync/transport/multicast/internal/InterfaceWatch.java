package org.ipvssync.transport.multicast.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ipvssync.transport.multicast.internal.McastInterface.State;

/** Looks at an interface at most once a second, since a look costs system calls. */
final class InterfaceWatch {
  /** Pause between two looks. */
  static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<State> look;
  private long lookedNs;
  private State seen = State.UP;

  /**
   * Watches what was just found to be as it should.
   *
   * @param nowNs the clock's time
   */
  InterfaceWatch(Supplier<State> look, long nowNs) {
    this.look = look;
    this.lookedNs = nowNs;
  }

  /**
   * The state now, or at most a second ago.
   *
   * @param nowNs the clock's time
   */
  synchronized State state(long nowNs) {
    if (nowNs - lookedNs >= PAUSE_NS) {
      lookedNs = nowNs;
      seen = look.get();
    }
    return seen;
  }
}
