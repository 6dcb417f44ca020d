package org.ipvssync.shell.internal;

import java.util.Map;
import org.ipvssync.api.node.TableResync;

/** A resync whose state the test writes. */
final class FakeResync implements TableResync {
  Status status = new Status(0, State.NONE, "", 0, 0, "");
  Runnable whenBegun = () -> {};
  boolean canAsk = true;

  void is(State state, String peer, long total, long received, String detail) {
    status = new Status(1, state, peer, total, received, detail);
  }

  @Override
  public long begin() {
    if (!canAsk) {
      return 0;
    }
    is(State.ASKING, "", 0, 0, "");
    whenBegun.run();
    return 1;
  }

  @Override
  public Map<String, Long> counters() {
    return Map.of("requests", 3L);
  }

  @Override
  public Status status() {
    return status;
  }
}
