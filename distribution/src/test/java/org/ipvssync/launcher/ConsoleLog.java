package org.ipvssync.launcher;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another process that logs as the given logback.xml says; for tests. */
final class ConsoleLog {
  private ConsoleLog() {}

  /** Logs before, while and after System.out is somebody else's; then prints what that one got. */
  public static void main(String[] arguments) throws JoranException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(arguments[0]);
    Logger log = LoggerFactory.getLogger("org.ipvssync.Swap");
    PrintStream own = System.out;
    ByteArrayOutputStream commands = new ByteArrayOutputStream();
    log.info("before");
    System.setOut(new PrintStream(commands));
    log.info("during");
    context.stop();
    System.setOut(own);
    System.out.println("command got " + commands.size() + " bytes");
  }
}
