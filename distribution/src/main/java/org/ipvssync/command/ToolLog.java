package org.ipvssync.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.status.NopStatusListener;
import org.slf4j.LoggerFactory;

/**
 * What codecs and transports log when a command uses them: warnings, as the command's own lines.
 */
final class ToolLog {
  private ToolLog() {}

  /** To be called before they are loaded. */
  static void configure() {
    System.setProperty("logback.statusListenerClass", NopStatusListener.class.getName());
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      PatternLayoutEncoder encoder = new PatternLayoutEncoder();
      encoder.setContext(context);
      encoder.setPattern(Main.PROGRAM + "%msg%n%nopex");
      encoder.start();
      ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
      appender.setContext(context);
      appender.setTarget("System.err");
      appender.setEncoder(encoder);
      appender.start();
      Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      root.setLevel(Level.WARN);
      root.addAppender(appender);
    }
  }
}
