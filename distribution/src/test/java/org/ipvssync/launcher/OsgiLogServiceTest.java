package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.ipvssync.api.link.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;
import org.osgi.service.log.Logger;
import org.slf4j.LoggerFactory;

class OsgiLogServiceTest {
  private static final String NAME = "test.osgi";

  private final ch.qos.logback.classic.Logger target =
      (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = new OsgiLogService(NAME).getLogger(NAME);

  @BeforeEach
  void listen() {
    log.start();
    target.addAppender(log);
    target.setAdditive(false);
    target.setLevel(Level.INFO);
  }

  @AfterEach
  void leave() {
    target.detachAppender(log);
  }

  @Test
  void shouldPassLevelsOn() {
    logger.error("e");
    logger.warn("w");
    logger.info("i");
    logger.debug("d");
    logger.trace("t");
    logger.audit("a");
    assertEquals(
        List.of(Level.ERROR, Level.WARN, Level.INFO, Level.INFO),
        log.list.stream().map(ILoggingEvent::getLevel).toList());
    assertFalse(logger.isDebugEnabled());
  }

  @Test
  void shouldFillInArguments() {
    logger.info("{}", 1);
    logger.info("{} {}", 1, 2);
    logger.info("{} {} {}", 1, 2, 3);
    logger.<RuntimeException>info(l -> l.info("from {}", "a consumer"));
    assertEquals(
        List.of("1", "1 2", "1 2 3", "from a consumer"),
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  @Test
  void shouldSayInOneLineWhatOperatorsCanMend() {
    logger.error(
        "activate failed",
        new IllegalStateException(new ConfigException("a.pid: port=0 is not allowed")));
    logger.warn("cannot start {}", "x.jar", new BundleException("missing package\n  y"));
    assertEquals(
        List.of(
            "activate failed: a.pid: port=0 is not allowed",
            "cannot start x.jar: missing package y"),
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    log.list.forEach(event -> assertNull(event.getThrowableProxy()));
  }

  @Test
  void shouldShowInOneLineWhereAFaultOfTheProgramIs() {
    logger.error("activate failed", new IllegalStateException(new NullPointerException()));
    String line = log.list.getFirst().getFormattedMessage();
    assertTrue(
        line.matches(
            "activate failed: NullPointerException \\(at " + getClass().getName() + ".*\\)"),
        line);
    assertNull(log.list.getFirst().getThrowableProxy());
    target.setLevel(Level.DEBUG);
    logger.error("another failed", new NullPointerException());
    assertNotNull(log.list.getLast().getThrowableProxy(), "the trace, for those who look for it");
  }

  @Test
  void shouldTellAFailureOnceOnItsWayUp() {
    logger.error(
        "bundle a:1.0.0 (7)[a.Part(3)] : Could not load class a.Part",
        new ClassNotFoundException("a.Part not found by a [7]"));
    logger.error(
        "bundle a:1.0.0 (7) Activator : Unexpected failure",
        new IllegalStateException("Could not load class a.Part"));
    logger.error(
        "bundle b:1.0.0 (8) Activator : Unexpected failure",
        new IllegalStateException("Could not load class a.Part"));
    assertEquals(
        List.of(
            "bundle a:1.0.0 (7)[a.Part(3)] : Could not load class a.Part:"
                + " ClassNotFoundException: a.Part not found by a [7]"),
        log.list.stream().map(ILoggingEvent::getFormattedMessage).limit(1).toList());
    assertEquals(2, log.list.size());
    assertTrue(log.list.getLast().getFormattedMessage().startsWith("bundle b:1.0.0 (8)"));
  }

  @Test
  @SuppressWarnings("deprecation") // what older bundles call
  void shouldTakeTheOldLevels() {
    new OsgiLogService(NAME).log(org.osgi.service.log.LogService.LOG_WARNING, "old");
    assertEquals(Level.WARN, log.list.getFirst().getLevel());
    assertEquals("old", log.list.getFirst().getMessage());
  }

  @Test
  void shouldSayWhoSpeaks() {
    OsgiLogService scr = new OsgiLogService("org.apache.felix.scr");
    assertEquals("org.apache.felix.scr", scr.getLogger(Logger.ROOT_LOGGER_NAME).getName());
    assertEquals("org.apache.felix.scr.x.Y", scr.getLogger("x.Y").getName());
    assertEquals("org.apache.felix.scr.x.Y", scr.getLogger(null, "x.Y", Logger.class).getName());
  }
}
