package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

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
  void shouldShowWhereAFaultOfTheProgramIs() {
    logger.error("activate failed", new NullPointerException());
    assertNotNull(log.list.getFirst().getThrowableProxy());
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
