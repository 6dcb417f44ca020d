package org.ipvssync.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.role.backup.internal.BackupReceiver;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.EdgeCase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Datagrams made to try a kernel's receiver end as they did there. */
class KernelVerdictTest {
  /** Changed by the packet that made the kernel send the record again. */
  private static final int CHANGED_BY_PACKET = ConnFlags.INACTIVE | ConnFlags.NO_CPORT;

  /** Comes from the configured real server, of which a node knows nothing. */
  private static final int FROM_SERVICE = ConnFlags.FWD_MASK | ConnFlags.NOOUTPUT;

  private final AtomicLong nanos = new AtomicLong();
  private final LinkCounters counters = new LinkCounters();

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.EdgeCase#all")
  void shouldEndAsInTheKernel(EdgeCase edge) {
    try (SimNode node = new SimNode(nanos::get, 1000)) {
      BackupReceiver receiver =
          node.backup(
              edge.backupSyncId(), Datagram.MAX_BYTES, ConnTimeouts.KERNEL_DEFAULTS, counters);
      for (EdgeCase.Step step : edge.steps()) {
        receiver.accept(Datagram.of(step.payload()), nanos.get());
        // A kernel's table is read a moment later: 599 of 600 seconds remain.
        nanos.addAndGet(50_000_000);
        ConnBatch table = node.rows();
        assertEquals(Rows.counted(step.rows()), Rows.counted(Rows.of(table)), edge.note());
        assertExpiriesAgree(step.rows(), Rows.of(table));
        step.reemitted().forEach(record -> assertHolds(table, record));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.ipvssync.vectors.EdgeCase#all")
  void shouldCountWhatWasDropped(EdgeCase edge) {
    try (SimNode node = new SimNode(nanos::get, 1000)) {
      BackupReceiver receiver =
          node.backup(
              edge.backupSyncId(), Datagram.MAX_BYTES, ConnTimeouts.KERNEL_DEFAULTS, counters);
      boolean kernelComplained = false;
      for (EdgeCase.Step step : edge.steps()) {
        receiver.accept(Datagram.of(step.payload()), nanos.get());
        kernelComplained |= step.kernelLog().stream().anyMatch(l -> l.startsWith("BACKUP"));
      }
      if (kernelComplained) {
        assertTrue(counters.drops() > 0, "the kernel said why it dropped something");
      }
    }
  }

  private static void assertExpiriesAgree(List<ConnRow> kernels, List<ConnRow> ours) {
    for (ConnRow row : kernels) {
      ConnRow own =
          ours.stream().filter(o -> Rows.key(o).equals(Rows.key(row))).findFirst().orElseThrow();
      assertTrue(Math.abs(own.expiresS() - row.expiresS()) <= 1, row + " and " + own);
    }
  }

  private static void assertHolds(ConnBatch table, EdgeCase.Reemitted record) {
    Integer at = null;
    for (int i = 0; i < table.size(); i++) {
      if (table.protocol(i) == record.protocol()
          && table.cport(i) == record.cport()
          && ConnText.address(table, i, ConnText.Address.CADDR)
              .equals(record.caddr().getHostAddress())) {
        at = i;
      }
    }
    assertNotNull(at, "no entry for " + record);
    int ignored = CHANGED_BY_PACKET | FROM_SERVICE;
    assertEquals(record.flags() & ~ignored, table.flags(at) & ~ignored, record::toString);
    if (record.version() == 1) {
      assertEquals(record.fwmark(), Integer.toUnsignedLong(table.fwmark(at)), record::toString);
    }
    for (int word = 0; word < record.seq().size(); word++) {
      assertEquals(record.seq().get(word), table.seq(at, word), record::toString);
    }
  }
}
