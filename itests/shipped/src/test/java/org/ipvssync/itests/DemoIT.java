package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packaged demonstration, small: a master dies, and its backup has every connection. */
class DemoIT {
  private static final int SWAPS_A_ROUND = 8;

  /** It starts two nodes, and waits for each part of it on its own, with a reason. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  @Test
  void shouldLoseNothingAndLeaveNothing() throws Exception {
    try (IpvsSyncd ipvsSyncd = IpvsSyncd.create()) {
      IpvsSyncd.Result demo =
          ipvsSyncd
              .run(LONGEST, "demo", "--connections=2000", "--rate=1000", "--seconds=2", "--json")
              .expect(0);

      Map<String, Object> verdict = JSON.std.mapFrom(demo.out().lines().toList().getLast());
      for (String field :
          List.of(
              "rate",
              "connections",
              "synced",
              "lost",
              "unsent",
              "swaps",
              "datagrams",
              "bytesPerConnection",
              "delayMicros")) {
        assertTrue(verdict.containsKey(field), () -> field + " is missing in " + verdict);
      }
      assertEquals(0, ((Number) verdict.get("lost")).intValue());
      assertTrue(((Number) verdict.get("synced")).intValue() > 0, verdict::toString);
      assertEquals(List.of(), ipvsSyncd.processes());
    }
  }

  @Test
  void shouldLoseNothingWhilePartsAreExchanged() throws Exception {
    try (IpvsSyncd ipvsSyncd = IpvsSyncd.create()) {
      IpvsSyncd.Result demo =
          ipvsSyncd
              .run(LONGEST, "demo", "--swap", "--rate=1000", "--seconds=2", "--json")
              .expect(0);

      Map<String, Object> verdict = JSON.std.mapFrom(demo.out().lines().toList().getLast());
      assertEquals(0, ((Number) verdict.get("lost")).intValue());
      assertTrue(((Number) verdict.get("synced")).intValue() > 0, verdict::toString);
      assertTrue(((Number) verdict.get("swaps")).intValue() >= SWAPS_A_ROUND, verdict::toString);
      assertTrue(verdict.containsKey("swapPauseMicros"), verdict::toString);
      assertTrue(verdict.containsKey("swapsWaited"), verdict::toString);
      assertEquals(List.of(), ipvsSyncd.processes());
    }
  }
}
