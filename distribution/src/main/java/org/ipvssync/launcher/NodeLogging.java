package org.ipvssync.launcher;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the log goes. The rest is said in logback.xml of the configuration folder, or of the
 * distribution when that folder has none.
 */
final class NodeLogging {
  private NodeLogging() {}

  /** To be called before the first logger is made. */
  static void configure(NodeOptions options) {
    System.setProperty("ipvssync.log.file", options.instance().logFile().toString());
    System.setProperty("ipvssync.log.to", options.background() ? "FILE" : "CONSOLE");
    Path own = options.conf().resolve("logback.xml");
    Path file = Files.isReadable(own) ? own : options.home().conf().resolve("logback.xml");
    if (Files.isReadable(file)) {
      System.setProperty("logback.configurationFile", file.toString());
    }
  }
}
