package org.ipvssync.itests;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;
import org.slf4j.LoggerFactory;

/** Everything that is logged in this JVM from now on. */
final class LogWatch implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<ILoggingEvent> seen = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          seen.add(event);
        }
      };

  LogWatch() {
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
  }

  /** Fails when an exception or an error was logged. */
  void assertNoFault() {
    assertNone(
        seen.stream()
            .filter(
                e -> e.getThrowableProxy() != null || e.getLevel().isGreaterOrEqual(Level.ERROR)));
  }

  /** Fails when an exception was logged: what people can mend needs no trace. */
  void assertNoTrace() {
    assertNone(seen.stream().filter(e -> e.getThrowableProxy() != null));
  }

  private static void assertNone(Stream<ILoggingEvent> faults) {
    List<String> texts = faults.map(LogWatch::text).toList();
    if (!texts.isEmpty()) {
      throw new AssertionFailedError("logged:\n" + String.join("\n", texts));
    }
  }

  /** Forgets what was logged so far. */
  void clear() {
    seen.clear();
  }

  /** Lines that were logged and contain that text. */
  List<String> lines(String text) {
    return seen.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(text))
        .toList();
  }

  private static String text(ILoggingEvent event) {
    String trace =
        event.getThrowableProxy() == null
            ? ""
            : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
    return event.getLevel()
        + " "
        + event.getLoggerName()
        + ": "
        + event.getFormattedMessage()
        + trace;
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }
}
