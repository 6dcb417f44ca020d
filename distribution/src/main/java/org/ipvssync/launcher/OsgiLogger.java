package org.ipvssync.launcher;

import java.util.Locale;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LoggerConsumer;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/** An OSGi logger that writes into the node's log. Thread-safe. */
final class OsgiLogger implements FormatterLogger {
  private static final ToldFailures TOLD = new ToldFailures(System::nanoTime);

  private final org.slf4j.Logger target;

  OsgiLogger(String name) {
    target = LoggerFactory.getLogger(name);
  }

  @Override
  public String getName() {
    return target.getName();
  }

  /** Logs a message that is complete. */
  void log(LogLevel level, String message, Throwable cause) {
    Level to = slf4jLevel(level);
    if (!target.isEnabledForLevel(to)) {
      return;
    }
    if (cause == null) {
      target.atLevel(to).log(message);
      return;
    }
    // SCR tells one failure as often as it passes through; one line is for people, traces are for
    // those who look for a fault.
    String reason = Reason.withPlace(cause);
    if (!TOLD.isRepeated(message, reason)) {
      target.atLevel(to).log("{}: {}", message, reason);
    }
    target.debug("{}", message, cause);
  }

  private void log(LogLevel level, String format, Object... arguments) {
    if (isEnabled(level)) {
      var formatted = MessageFormatter.arrayFormat(format, arguments);
      log(level, formatted.getMessage(), formatted.getThrowable());
    }
  }

  private <E extends Exception> void consume(LogLevel level, LoggerConsumer<E> consumer) throws E {
    if (isEnabled(level)) {
      consumer.accept(this);
    }
  }

  private boolean isEnabled(LogLevel level) {
    return target.isEnabledForLevel(slf4jLevel(level));
  }

  private static Level slf4jLevel(LogLevel level) {
    return switch (level) {
      case AUDIT -> Level.INFO;
      default -> Level.valueOf(level.name().toUpperCase(Locale.ROOT));
    };
  }

  @Override
  public boolean isTraceEnabled() {
    return isEnabled(LogLevel.TRACE);
  }

  @Override
  public void trace(String message) {
    log(LogLevel.TRACE, message, (Throwable) null);
  }

  @Override
  public void trace(String format, Object argument) {
    log(LogLevel.TRACE, format, new Object[] {argument});
  }

  @Override
  public void trace(String format, Object first, Object second) {
    log(LogLevel.TRACE, format, new Object[] {first, second});
  }

  @Override
  public void trace(String format, Object... arguments) {
    log(LogLevel.TRACE, format, arguments);
  }

  @Override
  public <E extends Exception> void trace(LoggerConsumer<E> consumer) throws E {
    consume(LogLevel.TRACE, consumer);
  }

  @Override
  public boolean isDebugEnabled() {
    return isEnabled(LogLevel.DEBUG);
  }

  @Override
  public void debug(String message) {
    log(LogLevel.DEBUG, message, (Throwable) null);
  }

  @Override
  public void debug(String format, Object argument) {
    log(LogLevel.DEBUG, format, new Object[] {argument});
  }

  @Override
  public void debug(String format, Object first, Object second) {
    log(LogLevel.DEBUG, format, new Object[] {first, second});
  }

  @Override
  public void debug(String format, Object... arguments) {
    log(LogLevel.DEBUG, format, arguments);
  }

  @Override
  public <E extends Exception> void debug(LoggerConsumer<E> consumer) throws E {
    consume(LogLevel.DEBUG, consumer);
  }

  @Override
  public boolean isInfoEnabled() {
    return isEnabled(LogLevel.INFO);
  }

  @Override
  public void info(String message) {
    log(LogLevel.INFO, message, (Throwable) null);
  }

  @Override
  public void info(String format, Object argument) {
    log(LogLevel.INFO, format, new Object[] {argument});
  }

  @Override
  public void info(String format, Object first, Object second) {
    log(LogLevel.INFO, format, new Object[] {first, second});
  }

  @Override
  public void info(String format, Object... arguments) {
    log(LogLevel.INFO, format, arguments);
  }

  @Override
  public <E extends Exception> void info(LoggerConsumer<E> consumer) throws E {
    consume(LogLevel.INFO, consumer);
  }

  @Override
  public boolean isWarnEnabled() {
    return isEnabled(LogLevel.WARN);
  }

  @Override
  public void warn(String message) {
    log(LogLevel.WARN, message, (Throwable) null);
  }

  @Override
  public void warn(String format, Object argument) {
    log(LogLevel.WARN, format, new Object[] {argument});
  }

  @Override
  public void warn(String format, Object first, Object second) {
    log(LogLevel.WARN, format, new Object[] {first, second});
  }

  @Override
  public void warn(String format, Object... arguments) {
    log(LogLevel.WARN, format, arguments);
  }

  @Override
  public <E extends Exception> void warn(LoggerConsumer<E> consumer) throws E {
    consume(LogLevel.WARN, consumer);
  }

  @Override
  public boolean isErrorEnabled() {
    return isEnabled(LogLevel.ERROR);
  }

  @Override
  public void error(String message) {
    log(LogLevel.ERROR, message, (Throwable) null);
  }

  @Override
  public void error(String format, Object argument) {
    log(LogLevel.ERROR, format, new Object[] {argument});
  }

  @Override
  public void error(String format, Object first, Object second) {
    log(LogLevel.ERROR, format, new Object[] {first, second});
  }

  @Override
  public void error(String format, Object... arguments) {
    log(LogLevel.ERROR, format, arguments);
  }

  @Override
  public <E extends Exception> void error(LoggerConsumer<E> consumer) throws E {
    consume(LogLevel.ERROR, consumer);
  }

  @Override
  public void audit(String message) {
    log(LogLevel.AUDIT, message, (Throwable) null);
  }

  @Override
  public void audit(String format, Object argument) {
    log(LogLevel.AUDIT, format, new Object[] {argument});
  }

  @Override
  public void audit(String format, Object first, Object second) {
    log(LogLevel.AUDIT, format, new Object[] {first, second});
  }

  @Override
  public void audit(String format, Object... arguments) {
    log(LogLevel.AUDIT, format, arguments);
  }
}
