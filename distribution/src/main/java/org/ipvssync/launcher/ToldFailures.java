package org.ipvssync.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The failures of the last moments, so that one which is told again on its way up is known again.
 * Thread-safe.
 */
final class ToldFailures {
  static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int MOST = 16;

  private final LongSupplier nanoTime;
  private final Deque<Told> told = new ArrayDeque<>();

  private record Told(String subject, String line, long nanos) {}

  ToldFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * True when a message about the same subject had that reason a moment ago; else it is remembered.
   * The subject of SCR's messages stands in front: {@code bundle NAME:VERSION (NUMBER)...}.
   */
  synchronized boolean isRepeated(String message, String reason) {
    long now = nanoTime.getAsLong();
    told.removeIf(t -> now - t.nanos > REMEMBERED_NANOS);
    String subject = subject(message);
    String bare = bare(reason);
    for (Told t : told) {
      if (t.subject.equals(subject) && t.line.contains(bare)) {
        return true;
      }
    }
    if (told.size() == MOST) {
      told.removeFirst();
    }
    told.addLast(new Told(subject, message + ": " + reason, now));
    return false;
  }

  private static String subject(String message) {
    int end = message.indexOf(')');
    return end < 0 ? message : message.substring(0, end);
  }

  /** Without the kind of exception, and without the place. */
  private static String bare(String reason) {
    int kind = reason.indexOf(": ");
    int from = kind < 0 ? 0 : kind + 2;
    int place = reason.lastIndexOf(" (at ");
    return reason.substring(from, place < from ? reason.length() : place);
  }
}
