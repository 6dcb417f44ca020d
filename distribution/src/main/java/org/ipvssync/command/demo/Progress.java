package org.ipvssync.command.demo;

import java.io.PrintStream;
import java.util.Locale;
import org.ipvssync.command.child.Delays;

/** Shows how the run goes: one line written again and again on a terminal, else line after line. */
final class Progress {
  /** To the line's beginning, erase it, and cut what is too long instead of wrapping it. */
  private static final String REWRITE = "\r\u001b[K\u001b[?7l";

  private static final String WRAP_AGAIN = "\u001b[?7h";

  private final PrintStream out;
  private final boolean terminal;
  private LiveNumbers before = new LiveNumbers(0, false, 0, 0, 0, 0, 0, Delays.NONE, 0);
  private boolean open;

  /**
   * Shows on {@code out}.
   *
   * @param terminal true when a line can be written again
   */
  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** How long to wait from one to the next, milliseconds. */
  long intervalMs() {
    return terminal ? 300 : 1_000;
  }

  /** Shows the numbers; rates are since the last time. */
  void show(LiveNumbers now) {
    String line = line(before, now);
    before = now;
    if (terminal) {
      out.print(REWRITE + line + WRAP_AGAIN);
      out.flush();
      open = true;
    } else {
      out.println(line);
    }
  }

  /** Ends the line that was written again and again. */
  void end() {
    if (open) {
      out.println();
      open = false;
    }
  }

  /** The line. */
  static String line(LiveNumbers before, LiveNumbers now) {
    double seconds = Math.max(1, now.elapsedMs() - before.elapsedMs()) / 1e3;
    return String.format(
        Locale.ROOT,
        "%6.1f s  %,d opened (%,.0f/s)  %,d live  wire %s/s  master %,d  backup %,d  %s%s",
        now.elapsedMs() / 1e3,
        now.opened(),
        (now.opened() - before.opened()) / seconds,
        now.live(),
        bytes((now.bytes() - before.bytes()) / seconds),
        now.masterEntries(),
        now.backupEntries(),
        delay(now),
        now.swaps() == 0 ? "" : String.format(Locale.ROOT, "  swaps %,d", now.swaps()));
  }

  /** A number of bytes for people. */
  static String bytes(double bytes) {
    if (bytes >= 1e6) {
      return String.format(Locale.ROOT, "%.2f MB", bytes / 1e6);
    }
    return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
  }

  private static String delay(LiveNumbers now) {
    return now.warm()
        ? "delay p50 " + millis(now.delays().p50()) + " p99 " + millis(now.delays().p99())
        : "warming up";
  }

  /** Microseconds as milliseconds for people. */
  static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
  }
}
