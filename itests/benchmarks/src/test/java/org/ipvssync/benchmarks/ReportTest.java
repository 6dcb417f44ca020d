package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void shouldPrintMachineThenOneAlignedTable() throws IOException {
    Results results =
        Samples.results(
            List.of(
                Samples.codec(), Samples.table("decodeApply", 1_000_000, Tables.MEMORY, 146.68)),
            Samples.endToEnd(0));

    assertEquals(
        """
        cores       2
        cpu         AMD EPYC

        benchmark                    size   result         unit  +/-  bytes a record\
            floor  ratio        target  met  note
        codec.encodeV1                        21.8  ns a record  1.3            0.00\
                                 <= 30  yes
        table.decodeApply       1,000,000    146.7  ns a record                 0.01\
                                 <= 80   NO
        wire to table                      215,000  datagrams/s                     \
          227,000   0.95  ratio >= 0.9  yes  8.60 M records/s
        delay, 5,000 changes/s                12.5       ms p99                     \
                                 <= 10   NO

        targets missed: 2, benchmarks that allocate: 0
        """,
        new Report(results).text());
  }

  @Test
  void shouldLeaveOutColumnsThatNobodyHas() throws IOException {
    String text = new Report(Samples.results(List.of(Samples.codec()), Map.of())).text();

    assertTrue(text.contains("benchmark       result         unit  +/-  bytes a record"), text);
    assertFalse(text.contains("floor"), text);
  }

  @Test
  void shouldNameAnotherTableThanMemory() throws IOException {
    List<Object> jmh = List.of(Samples.table("apply", 1_000_000, Tables.MAPPED, 90));

    assertTrue(new Report(Samples.results(jmh, Map.of())).text().contains("table.apply (mapped)"));
  }

  @Test
  void shouldCountWhatAllocates() throws IOException {
    List<Object> jmh = List.of(Samples.allocating("apply", 10_000), Samples.codec());

    String text = new Report(Samples.results(jmh, Map.of())).text();

    assertTrue(text.contains("targets missed: 0, benchmarks that allocate: 1"), text);
  }

  @Test
  void shouldSayWhenLossesStandInNoCounter() throws IOException {
    String text = new Report(Samples.results(List.of(), Samples.endToEnd(3))).text();

    assertTrue(text.contains("FAILED: 3 datagrams stand in no counter"), text);
  }

  @Test
  void shouldSayThatQuickRunsAreNotToBeCompared() throws IOException {
    Results quick = new Results(Map.of(), true, List.of(Samples.codec()), Map.of());

    assertTrue(new Report(quick).text().contains("not to be compared"));
  }
}
