package org.ipvssync.workload.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClientsTest {
  @Test
  void shouldNeverGiveTwoConnectionsOneHostAndPort() {
    Set<Long> seen = new HashSet<>();
    // The last rounds of the first block of hosts, and the first of the second.
    long turn = 4096L * (61_000 - 32_768);
    for (long id = turn - 50_000; id < turn + 50_000; id++) {
      int port = Clients.port(id);
      assertTrue(port >= 32_768 && port < 61_000, "port " + port);
      assertTrue(seen.add((long) Clients.host(id) << 16 | port), "id " + id);
    }
  }
}
