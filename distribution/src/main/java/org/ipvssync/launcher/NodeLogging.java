package org.ipvssync.launcher;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.status.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where the log goes. The rest is said in logback.xml of the configuration folder, or of the
 * distribution when that folder has none.
 */
final class NodeLogging {
  private static final String FILE_NAME = "logback.xml";

  private NodeLogging() {}

  /**
   * To be called before anything is logged.
   *
   * @throws LaunchException when the file is there and cannot be used: a node that says nothing
   *     helps nobody
   */
  static void configure(NodeOptions options) {
    System.setProperty("ipvssync.log.file", options.instance().logFile().toString());
    System.setProperty("ipvssync.log.to", options.background() ? "FILE" : "CONSOLE");
    // Else it prints everything that it does, because one of the file's appenders is not used.
    System.setProperty("logback.statusListenerClass", NopStatusListener.class.getName());
    Path own = options.conf().resolve(FILE_NAME);
    Path file = Files.exists(own) ? own : options.home().conf().resolve(FILE_NAME);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context && Files.exists(file)) {
      read(file, context);
    }
  }

  private static void read(Path file, LoggerContext context) {
    context.reset();
    context.getStatusManager().clear();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    String fault = null;
    try {
      configurator.doConfigure(file.toFile());
    } catch (JoranException e) {
      fault = Reason.deepest(e);
    }
    for (Status status : context.getStatusManager().getCopyOfStatusList()) {
      if (fault == null && status.getEffectiveLevel() >= Status.ERROR) {
        fault = status.getMessage();
      }
    }
    if (fault != null) {
      throw new LaunchException(file + " cannot be used: " + fault);
    }
  }
}
