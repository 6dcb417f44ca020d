package org.ipvssync.api.conn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConnKeyTest {
  private final ConnBatch batch = new ConnBatch(2);

  @Test
  void shouldBeTheSameForAllRecordsOfAConnection() {
    int first = connection(40_000);
    int hash = ConnKey.hash(batch, first);
    int second = connection(40_000);
    batch.setState(second, 4);
    batch.setFlags(second, ConnFlags.INACTIVE | ConnFlags.SYNC);
    batch.setDaddrWord(second, 0, 99);
    batch.setTimeoutS(second, 5);
    batch.setFwmark(second, 1);
    assertEquals(hash, ConnKey.hash(batch, second));
  }

  @Test
  void shouldTellKeysApart() {
    int first = connection(40_000);
    int hash = ConnKey.hash(batch, first);
    batch.setProtocol(first, 17);
    assertNotEquals(hash, ConnKey.hash(batch, first));
    batch.setProtocol(first, 6);
    batch.setIpv6(first, true);
    int six = ConnKey.hash(batch, first);
    assertNotEquals(hash, six);
    batch.setVaddrWord(first, 3, 1);
    assertNotEquals(six, ConnKey.hash(batch, first));
  }

  @Test
  void shouldLeaveOutTheClientPortOfATemplate() {
    int first = connection(1);
    batch.setFlags(first, ConnFlags.TEMPLATE);
    int second = connection(2);
    batch.setFlags(second, ConnFlags.TEMPLATE);
    assertEquals(ConnKey.hash(batch, first), ConnKey.hash(batch, second));
  }

  @Test
  void shouldSpreadNeighbours() {
    int index = connection(0);
    int[] lanes = new int[8];
    for (int cport = 0; cport < 8000; cport++) {
      batch.setPorts(index, cport, 80, 80);
      lanes[ConnKey.hash(batch, index) & 7]++;
    }
    for (int lane : lanes) {
      assertTrue(lane > 800 && lane < 1200, "a lane of " + lane);
    }
  }

  private int connection(int cport) {
    int index = batch.add();
    batch.setProtocol(index, 6);
    batch.setCaddrWord(index, 0, 0x0a000001);
    batch.setVaddrWord(index, 0, 0x0a000002);
    batch.setPorts(index, cport, 80, 8080);
    return index;
  }
}
