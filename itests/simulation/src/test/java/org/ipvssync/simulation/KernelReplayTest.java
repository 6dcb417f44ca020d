package org.ipvssync.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.role.backup.internal.BackupReceiver;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same datagrams at the same times give the table that a real kernel backup had. */
class KernelReplayTest {
  private final AtomicLong nanos = new AtomicLong();
  private final LinkCounters counters = new LinkCounters();

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldHoldTheRowsOfTheKernelsBackup(Scenario scenario) {
    List<ConnRow> ours = replay(scenario);
    List<ConnRow> kernels = scenario.backupRows();

    // The file of the sync origin does not show persistence data; it is compared below.
    assertEquals(Rows.counted(kernels), Rows.counted(withoutPe(ours)));
    assertExpiriesAgree(kernels, withoutPe(ours));
    assertEquals(0, counters.drops());
    assertEquals(scenario.records(), counters.get(LinkCounter.RECORDS));
  }

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.Scenario#all")
  void shouldHoldThePersistenceDataOfTheKernelsBackup(Scenario scenario) {
    List<ConnRow> ours = replay(scenario).stream().map(KernelReplayTest::withoutOrigin).toList();
    assertEquals(Rows.counted(scenario.backupPeRows()), Rows.counted(ours));
  }

  private List<ConnRow> replay(Scenario scenario) {
    List<Integer> s = scenario.backupTimeoutsS();
    ConnTimeouts timeouts = new ConnTimeouts(s.get(0), s.get(1), s.get(2));
    try (SimNode node = new SimNode(nanos::get, 10_000)) {
      BackupReceiver receiver =
          node.backup(scenario.backupSyncId(), Datagram.MAX_BYTES, timeouts, counters);
      for (CapturedDatagram captured : scenario.datagrams()) {
        nanos.set(captured.micros() * 1000);
        node.core().expire();
        receiver.accept(Datagram.of(captured.payload()), nanos.get());
      }
      nanos.set(scenario.backupDumpMicros() * 1000);
      node.core().expire();
      return Rows.of(node.rows());
    }
  }

  private static void assertExpiriesAgree(List<ConnRow> kernels, List<ConnRow> ours) {
    Comparator<ConnRow> order = Comparator.comparing(Rows::key).thenComparing(ConnRow::expiresS);
    List<ConnRow> left = new ArrayList<>(kernels);
    List<ConnRow> right = new ArrayList<>(ours);
    left.sort(order);
    right.sort(order);
    for (int i = 0; i < left.size(); i++) {
      long difference = Math.abs(left.get(i).expiresS() - right.get(i).expiresS());
      assertTrue(difference <= 1, left.get(i) + " expires otherwise in " + right.get(i));
    }
  }

  private static List<ConnRow> withoutPe(List<ConnRow> rows) {
    return rows.stream().map(r -> changed(r, r.origin(), "", "")).toList();
  }

  private static ConnRow withoutOrigin(ConnRow row) {
    return changed(row, "", row.peName(), row.peData());
  }

  private static ConnRow changed(ConnRow r, String origin, String peName, String peData) {
    return new ConnRow(
        r.proto(),
        r.caddr(),
        r.cport(),
        r.vaddr(),
        r.vport(),
        r.daddr(),
        r.dport(),
        r.state(),
        origin,
        r.expiresS(),
        peName,
        peData);
  }
}
