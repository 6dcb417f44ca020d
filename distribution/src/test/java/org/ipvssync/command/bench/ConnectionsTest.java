package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionsTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKnowTheNumberByTheRecord(boolean ipv6) {
    ConnBatch batch = new ConnBatch(1);
    for (int number = 0; number < Connections.MOST; number += 9_973) {
      batch.clear();
      Connections.add(batch, number, ipv6, 900);
      assertEquals(number, Connections.number(batch, 0));
      assertEquals(ipv6, batch.isIpv6(0));
    }
  }

  @Test
  void shouldKnowTheLastNumber() {
    ConnBatch batch = new ConnBatch(1);
    Connections.add(batch, Connections.MOST - 1, false, 900);
    assertEquals(Connections.MOST - 1, Connections.number(batch, 0));
  }

  @Test
  void shouldBeEstablishedTcpConnectionsOfPrivateClients() {
    ConnBatch batch = new ConnBatch(1);
    Connections.add(batch, 1, false, 900);
    String line = ConnText.ipvsadmLine(batch, 0);
    assertTrue(line.startsWith("TCP"), line);
    assertTrue(line.contains("ESTABLISHED"), line);
    assertTrue(line.contains("10."), line);
    assertEquals(900, batch.timeoutS(0));
  }
}
