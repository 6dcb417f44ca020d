package org.ipvssync.table.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.TableHarness;
import org.junit.jupiter.api.Test;

class HashIndexTest {
  private static final int CAPACITY = 4_000;

  private final TableLayout layout = new TableLayout(CAPACITY);
  private final MemorySegment segment = Arena.ofAuto().allocate(layout.bytes(), 64);
  private final SlotStore slots = new SlotStore(segment, layout);
  private final HashIndex index = index(1);
  private final TableHarness table =
      new TableHarness(new OffHeapConnTable(segment, layout, 1, () -> {}));

  private HashIndex index(long seed) {
    return new HashIndex(segment, slots, new ExtensionStore(segment, slots), seed);
  }

  private int find(ConnBatch key, int maxSteps) {
    return index.find(key, 0, index.hash(key, 0), Long.MIN_VALUE, maxSteps);
  }

  @Test
  void shouldNotSlowDownByEntriesThatNoLookupMatches() {
    Conn odd = Conn.tcp().from("10.0.0.1", 0);
    for (int i = 0; i < CAPACITY; i++) {
      table.sync(odd);
    }
    assertEquals(CAPACITY, table.living());
    assertEquals(HashIndex.NONE, find(TableHarness.batchOf(odd), 1));
    ConnBatch noCport = TableHarness.batchOf(odd.flags(ConnFlags.NO_CPORT));
    assertEquals(HashIndex.NONE, find(noCport, 1));
    table.pass(1_000_000);
    table.expire();
    assertEquals(0, table.table().size());
  }

  @Test
  void shouldBoundWhatAConnectionWithPersistenceDataMakes() {
    Conn repeated = Conn.tcp().pe("sip", "call-1").timeoutS(60);
    for (int i = 0; i < 3 * HashIndex.CROWD; i++) {
      table.sync(repeated);
    }
    assertEquals(HashIndex.CROWD, table.living());
    assertEquals(2 * HashIndex.CROWD, table.count(LinkCounter.TABLE_FULL));
    table.sync(Conn.tcp().from("10.0.0.2", 40000).pe("sip", "call-1"));
    table.sync(Conn.tcp().timeoutS(60));
    assertEquals(HashIndex.CROWD + 1, table.living(), "another key, and an update");
    assertEquals(2 * HashIndex.CROWD, table.count(LinkCounter.TABLE_FULL));

    table.pass(60_000);
    table.sync(repeated);
    assertEquals(2, table.living(), "what is over counts no more, swept or not");
  }

  @Test
  void shouldSayWhenAChainIsLongerThanAllowed() {
    table.sync(Conn.tcp());
    ConnBatch key = TableHarness.batchOf(Conn.tcp());
    assertEquals(HashIndex.TOO_LONG, find(key, 0));
    assertTrue(find(key, 1) >= 0);
  }

  @Test
  void shouldSpreadPortsAndAddressesEvenly() {
    // The keys of real life: few clients, consecutive ports, addresses that differ in one byte.
    Map<Integer, Integer> perBucket = new HashMap<>();
    int longest = 0;
    for (int i = 0; i < CAPACITY; i++) {
      Conn conn =
          i % 2 == 0
              ? Conn.tcp().from("10.0." + i % 7 + ".1", 1024 + i)
              : Conn.tcp6().from("2001:db8::" + i, 1024);
      int hash = index.hash(TableHarness.batchOf(conn), 0);
      int bucket = (int) ((hash & 0xffff_ffffL) * layout.buckets() >>> 32);
      longest = Math.max(longest, perBucket.merge(bucket, 1, Integer::sum));
    }
    // By chance, 4,000 in 8,000 buckets: about 3,148 of them taken, the fullest with 5 or 6.
    assertTrue(perBucket.size() > 3_000, "buckets taken: " + perBucket.size());
    assertTrue(longest <= 9, "longest chain: " + longest);
  }

  @Test
  void shouldHashOtherwiseWithAnotherSeed() {
    for (Conn conn : new Conn[] {Conn.tcp(), Conn.tcp6(), Conn.template(), Conn.sip("call")}) {
      ConnBatch key = TableHarness.batchOf(conn);
      assertNotEquals(index(1).hash(key, 0), index(2).hash(key, 0));
    }
  }
}
