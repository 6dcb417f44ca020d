package org.ipvssync.benchmarks;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** New connections come, whose places were left before the time is taken. */
public class NewConns extends ConnChurn {
  /** Others end, and the new ones are made. */
  @Setup(Level.Invocation)
  public void makeRoom() {
    tick();
    expireDue();
    requireAfterExpire();
    makeBatches(0);
  }

  /** That they are there. */
  @TearDown(Level.Invocation)
  public void check() {
    requireAfterInsert();
  }
}
