package org.ipvssync.api.link;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Where a link's lines for people go: each a whole sentence that says what to do.
 *
 * <p>This bundle depends on no logger, so a role hands in its own: {@code new LinkLog(log::info,
 * log::warn, log::error)}.
 *
 * @param infoSink gets what is good to know
 * @param warnSink gets what somebody should act on
 * @param faultSink gets faults of the program, with their trace
 */
public record LinkLog(
    Consumer<String> infoSink, Consumer<String> warnSink, BiConsumer<String, Throwable> faultSink) {
  /** Tells nobody. */
  public static final LinkLog SILENT = new LinkLog(line -> {}, line -> {}, (line, cause) -> {});

  /** A line that is good to know. */
  public void info(String line) {
    infoSink.accept(line);
  }

  /** A line that somebody should act on. */
  public void warn(String line) {
    warnSink.accept(line);
  }

  /** A fault of the program. */
  public void fault(String line, Throwable cause) {
    faultSink.accept(line, cause);
  }
}
