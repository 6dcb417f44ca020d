package org.ipvssync.api.fake;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ipvssync.api.link.LinkLog;

/** Keeps the lines that a link logs. */
public final class RecordedLog {
  /** All lines, each with its level. */
  public final List<String> lines = new CopyOnWriteArrayList<>();

  /** What a link logs into. */
  public final LinkLog log =
      new LinkLog(
          line -> lines.add("info " + line),
          line -> lines.add("warn " + line),
          (line, cause) -> lines.add("fault " + line + " " + cause));

  /** How many lines contain {@code text}. */
  public long count(String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }
}
