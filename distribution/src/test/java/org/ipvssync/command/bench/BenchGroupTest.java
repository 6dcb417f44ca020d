package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchGroupTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void shouldBeAnotherEachTime() {
    BenchGroup group = BenchGroup.random("lo", random);
    assertTrue(group.group().isMulticastAddress());
    assertNotEquals(group.group(), BenchGroup.random("lo", random).group());
  }

  @Test
  void shouldConfigureLinks() {
    BenchGroup group = new BenchGroup("eth0", InetAddress.ofLiteral("239.1.2.3"), 20_001, 9);
    assertEquals(
        List.of("mcastInterface=eth0", "mcastGroup=239.1.2.3", "mcastPort=20001", "syncId=9"),
        group.link());
    assertTrue(
        group
            .masterLink("refreshPeriodS=0")
            .containsAll(List.of("refreshPeriodS=0", "mcastTtl=1", "loopback=true")));
  }

  @Test
  void shouldNameAnInterfaceThatIsNotThere() {
    BenchGroup group = BenchGroup.random("nosuch0", random);
    String message = assertThrows(IOException.class, group::openSender).getMessage();
    assertEquals("there is no interface nosuch0", message);
  }
}
