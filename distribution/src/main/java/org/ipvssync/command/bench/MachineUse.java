package org.ipvssync.command.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What all processors of the machine have done until a time, in the kernel's ticks.
 *
 * @param total of all kinds, idle too
 * @param busy for processes and interrupts
 * @param stolen by the hypervisor for other machines
 * @param own for this process and for those that it started and that have ended
 */
record MachineUse(long total, long busy, long stolen, long own) {
  private static final Path ALL = Path.of("/proc/stat");
  private static final Path SELF = Path.of("/proc/self/stat");

  /** How it is now. */
  static MachineUse now() throws IOException {
    return of(Files.readString(ALL), Files.readString(SELF));
  }

  /**
   * Reads both files.
   *
   * @param all {@code cpu user nice system idle iowait irq softirq steal …}
   * @param self {@code pid (name) state …}, in which columns 14 to 17 are utime, stime, cutime and
   *     cstime
   */
  static MachineUse of(String all, String self) {
    String[] cpu = all.lines().findFirst().orElse("").split(" +");
    long[] ticks = new long[8];
    long total = 0;
    for (int i = 0; i < ticks.length && i + 1 < cpu.length; i++) {
      ticks[i] = Long.parseLong(cpu[i + 1]);
      total += ticks[i];
    }
    long busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
    String[] columns = self.substring(self.lastIndexOf(')') + 2).split(" ");
    long own = 0;
    for (int i = 11; i <= 14; i++) {
      own += Long.parseLong(columns[i]);
    }
    return new MachineUse(total, busy, ticks[7], own);
  }

  /** What others used of all processors since an earlier time, percent. */
  double othersPercentSince(MachineUse before) {
    long others = busy - before.busy - (own - before.own);
    return percent(Math.max(0, others), before);
  }

  /** What the hypervisor took of all processors since an earlier time, percent. */
  double stolenPercentSince(MachineUse before) {
    return percent(stolen - before.stolen, before);
  }

  private double percent(long ticks, MachineUse before) {
    return 100.0 * ticks / Math.max(1, total - before.total);
  }
}
