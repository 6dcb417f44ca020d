package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.api.table.ConnTableProvider;
import org.junit.jupiter.api.Test;

/** The code of a table that is new is tried out before all links wait for it. */
class RehearsalTest {
  private static final int CONNECTIONS = 1000;

  private final SyncClock clock = () -> 0;
  private final Rehearsal rehearsal = new Rehearsal(clock);
  private final FakeTable old = new FakeTable(4 * CONNECTIONS);
  private final Deque<OtherTable> opened = new ArrayDeque<>();
  private final ConnTableProvider provider =
      new ConnTableProvider() {
        @Override
        public String name() {
          return "new";
        }

        @Override
        public ConnTable open() {
          opened.add(new OtherTable());
          return opened.getLast();
        }
      };

  RehearsalTest() {
    ConnBatch batch = new ConnBatch(CONNECTIONS);
    for (int cport = 1; cport <= CONNECTIONS; cport++) {
      FakeTable.record(batch, cport, 8080, 0);
    }
    old.apply(
        batch,
        MergeRule.AUTHORITATIVE,
        ConnTimeouts.KERNEL_DEFAULTS,
        0,
        clock.nowMs(),
        new LinkCounters());
  }

  @Test
  void shouldUseATableOfItsOwnAndThrowItAway() {
    ConnTable next = provider.open();
    rehearsal.before(old, next, provider);

    assertEquals(0, next.size());
    assertEquals(CONNECTIONS, old.size());
    assertEquals(2, opened.size());
    OtherTable scratch = opened.getLast();
    assertTrue(scratch.size() > 0, "it was used");
    assertTrue(scratch.isDiscarded());
  }

  @Test
  void shouldNotRepeatWhatWasRehearsed() {
    rehearsal.before(old, provider.open(), provider);
    rehearsal.before(old, provider.open(), provider);
    assertEquals(3, opened.size());
  }

  @Test
  void shouldGoOnWithoutWhenThereIsNoRoomForOneMore() {
    ConnTable next = provider.open();
    ConnTableProvider full =
        new ConnTableProvider() {
          @Override
          public String name() {
            return "full";
          }

          @Override
          public ConnTable open() {
            throw new IllegalStateException("no room");
          }
        };
    rehearsal.before(old, next, full);
    assertFalse(opened.getFirst().isDiscarded());
  }

  @Test
  void shouldKeepATableThatFailsFromTheContent() {
    SyncNodeCore node = new SyncNodeCore(clock, 1024);
    node.useTable(FakeTable.provider("old", old));
    ConnTableProvider bad =
        new ConnTableProvider() {
          @Override
          public String name() {
            return "bad";
          }

          @Override
          public ConnTable open() {
            OtherTable table = (OtherTable) provider.open();
            table.fails = true;
            return table;
          }
        };
    assertThrows(IllegalArgumentException.class, () -> node.useTable(bad));
    assertEquals("old", node.table().provider());
    assertEquals(List.of(true, true), opened.stream().map(OtherTable::isDiscarded).toList());
  }

  /** Another class than that of the table in use. */
  private static final class OtherTable extends FakeTable {
    private boolean fails;

    OtherTable() {
      super(4 * CONNECTIONS);
    }

    @Override
    public int adopt(ConnBatch batch, int[] handles, long nowMs) {
      if (fails) {
        throw new IllegalArgumentException("a fault");
      }
      return super.adopt(batch, handles, nowMs);
    }
  }
}
