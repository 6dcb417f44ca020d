package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessFilesTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void shouldReadTheTimeOnAProcessor() {
    assertEquals(1_219_259_529L, ProcessCpu.runNanos("1219259529 86704928 112\n"));
  }

  @Test
  void shouldSayWhatWasUsedInPercentOfAProcessor() {
    ProcessCpu before =
        new ProcessCpu(SECOND, Map.of("1", 500L), Map.of("1", "ipvs-backup-in", "2", "gone"));
    ProcessCpu after =
        new ProcessCpu(
            3 * SECOND,
            Map.of("1", 500 + SECOND / 2, "3", SECOND, "4", SECOND / 4),
            Map.of("1", "ipvs-backup-in", "3", "Signal", "4", "ipvs-backup-in"));
    assertEquals(87.5, after.percentSince(before), 1e-9);
    assertEquals(37.5, after.percentSince(before, "ipvs-backup-in"), 1e-9);
    assertEquals(Map.of("Signal", 50.0), after.heaviestSince(before, 1));
    assertEquals(
        List.of("Signal", "ipvs-backup-in"), List.copyOf(after.heaviestSince(before, 3).keySet()));
  }

  @Test
  void shouldReadThisProcess() throws IOException {
    long pid = ProcessHandle.current().pid();
    assertTrue(ProcessCpu.of(pid).nanos().values().stream().anyMatch(nanos -> nanos > 0));
    assertTrue(ProcessCpu.ofThisThread() > 0);
    assertTrue(ProcessMemory.of(pid).rssBytes() > 1 << 20);
  }

  @Test
  void shouldReadMemoryInKilobytes() {
    String status = "Name:\tjava\nVmRSS:\t  118400 kB\nRssAnon:\t   80000 kB\n";
    assertEquals(118_400L * 1024, ProcessMemory.bytes(status, "VmRSS:"));
    assertEquals(0, ProcessMemory.bytes(status, "Pss:"));
  }

  @Test
  void shouldReadWhatAThreadHasAllocated() {
    String printed =
        """
        Full thread dump OpenJDK 64-Bit Server VM:

        "ipvs-backup-in" #34 [25580] prio=5 os_prio=0 cpu=0.35ms elapsed=2.30s allocated=64B tid=1
        "ipvs-master-out" #35 [25581] prio=5 os_prio=0 cpu=1ms elapsed=2.30s allocated=21094K tid=2
        "VM Thread" os_prio=0 cpu=12.5ms elapsed=2.30s tid=3 nid=4 runnable
        """;
    assertEquals(64, ThreadAllocation.bytes(printed, "ipvs-backup-in").getAsLong());
    assertEquals(21_094L << 10, ThreadAllocation.bytes(printed, "ipvs-master-out").getAsLong());
    assertTrue(ThreadAllocation.bytes(printed, "ipvs-master").isEmpty());
    assertTrue(ThreadAllocation.bytes(printed, "VM Thread").isEmpty());
  }

  @Test
  void shouldSayWhatOthersUsed() throws IOException {
    String self = "17 (a (strange) name) S 1 1 1 0 -1 0 0 0 0 0 %d 20 3 4 20 0 30";
    MachineUse before =
        MachineUse.of("cpu  100 10 50 1000 5 2 3 40 0 0\ncpu0 1 2 3\n", self.formatted(10));
    MachineUse after =
        MachineUse.of("cpu  180 10 70 1300 5 2 3 140 0 0\ncpu0 1 2 3\n", self.formatted(60));
    assertEquals(new MachineUse(1_210, 165, 40, 37), before);
    assertEquals(10, after.othersPercentSince(before), 1e-9);
    assertEquals(20, after.stolenPercentSince(before), 1e-9);
    MachineUse now = MachineUse.now();
    assertTrue(now.total() >= now.busy() && now.busy() > 0, now::toString);
  }

  @Test
  void shouldReadWhatWasDroppedBeforeAnySocket() throws IOException {
    assertEquals(0x1f + 2, SoftnetDrops.of("01116dd1 0000001f 00000001\n011092f1 00000002 0\n"));
    assertTrue(SoftnetDrops.now() >= 0);
  }

  @Test
  void shouldFindTheProcessorsName() {
    assertEquals(
        "AMD EPYC 7B13",
        Machine.model(List.of("processor\t: 0", "model name\t: AMD EPYC 7B13", "flags\t: fpu")));
  }
}
