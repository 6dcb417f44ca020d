package org.ipvssync.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.role.backup.internal.BackupReceiver;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;

/** The whole way of a record through the real classes allocates nothing once it is warm. */
class AllocationTest {
  private static final int WARM_UP_ROUNDS = 3_000;
  private static final int ROUNDS = 500;
  private static final int MOST_PASSES = 200;

  /** Against 20,000 records a pass; the JVM itself may use a little now and then. */
  private static final long ALLOWED_BYTES = 2_000;

  private final AtomicLong nanos = new AtomicLong();
  private final LinkCounters counters = new LinkCounters();

  private static final class Silence implements SyncSender {
    private long bytes;

    @Override
    public void send(Datagram datagram, int lane) {
      bytes += datagram.length();
    }

    @Override
    public int defaultMaxLength() {
      return 1472;
    }

    @Override
    public boolean isUsable() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldReceiveApplyTakeAndSendWithoutAllocating() throws IOException {
    List<Datagram> datagrams =
        Scenario.of("bulk-v1").datagrams().stream()
            .map(CapturedDatagram::payload)
            .map(Datagram::of)
            .toList();
    Silence wire = new Silence();
    try (SimNode node = new SimNode(nanos::get, 10_000)) {
      BackupReceiver receiver =
          node.backup(0, Datagram.MAX_BYTES, ConnTimeouts.KERNEL_DEFAULTS, counters);
      SimMaster master = node.master(SimNode.settings(7, "elsewhere"), "v1", 1, wire);
      round(datagrams, receiver, master, WARM_UP_ROUNDS);

      long recordsBefore = counters.get(LinkCounter.RECORDS);
      long sentBefore = master.counters().get(LinkCounter.RECORDS);
      int[] passes = {0};
      long least =
          Allocations.leastOf(
              MOST_PASSES,
              ALLOWED_BYTES + 1,
              () -> {
                round(datagrams, receiver, master, ROUNDS);
                passes[0]++;
              });

      long records = counters.get(LinkCounter.RECORDS) - recordsBefore;
      assertEquals(passes[0] * ROUNDS * 40L, records, "each round is a datagram of 40 records");
      assertTrue(master.counters().get(LinkCounter.RECORDS) - sentBefore >= records);
      assertTrue(wire.bytes > 0);
      assertTrue(least <= ALLOWED_BYTES, least + " bytes for " + ROUNDS * 40 + " records");
    }
  }

  private void round(
      List<Datagram> datagrams, BackupReceiver receiver, SimMaster master, int rounds)
      throws IOException {
    for (int i = 0; i < rounds; i++) {
      nanos.addAndGet(20_000_000);
      receiver.accept(datagrams.get(i % datagrams.size()), nanos.get());
      master.duty();
    }
  }
}
