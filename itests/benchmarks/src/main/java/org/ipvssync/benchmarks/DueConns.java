package org.ipvssync.benchmarks;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Connections end; the table was filled up again before the time is taken. */
public class DueConns extends ConnChurn {
  private boolean started;

  /** New ones come, and the time goes on. */
  @Setup(Level.Invocation)
  public void fillUp() {
    if (started) {
      makeBatches(0);
      insertAll();
      requireAfterInsert();
    }
    started = true;
    tick();
  }

  /** That they are gone. */
  @TearDown(Level.Invocation)
  public void check() {
    requireAfterExpire();
  }
}
