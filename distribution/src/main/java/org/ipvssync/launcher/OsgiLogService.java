package org.ipvssync.launcher;

import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;

/**
 * What the framework's bundles (SCR, FileInstall, ConfigAdmin) log, put into the node's log under
 * the name of the bundle that speaks.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("deprecation") // the old methods of LogService are still in use by bundles
public final class OsgiLogService implements LogService {
  private final String speaker;

  /**
   * The log of one bundle.
   *
   * @param speaker its symbolic name
   */
  OsgiLogService(String speaker) {
    this.speaker = speaker;
  }

  /** Gives each bundle its own. */
  public static ServiceFactory<LogService> factory() {
    return new ServiceFactory<>() {
      @Override
      public LogService getService(Bundle bundle, ServiceRegistration<LogService> registration) {
        return new OsgiLogService(bundle.getSymbolicName());
      }

      @Override
      public void ungetService(
          Bundle bundle, ServiceRegistration<LogService> registration, LogService service) {
        // it holds nothing
      }
    };
  }

  @Override
  public Logger getLogger(String name) {
    return logger(name);
  }

  @Override
  public Logger getLogger(Class<?> type) {
    return logger(type.getName());
  }

  @Override
  public <L extends Logger> L getLogger(String name, Class<L> loggerType) {
    return loggerType.cast(logger(name));
  }

  @Override
  public <L extends Logger> L getLogger(Class<?> type, Class<L> loggerType) {
    return loggerType.cast(logger(type.getName()));
  }

  /** SCR asks in the name of the bundles whose components it manages: it is still SCR's word. */
  @Override
  public <L extends Logger> L getLogger(Bundle bundle, String name, Class<L> loggerType) {
    return loggerType.cast(logger(name));
  }

  private Logger logger(String name) {
    boolean own = name.equals(Logger.ROOT_LOGGER_NAME) || name.startsWith(speaker);
    return new OsgiLogger(own ? speaker : speaker + "." + name);
  }

  @Override
  public void log(int level, String message) {
    log(null, level, message, null);
  }

  @Override
  public void log(int level, String message, Throwable exception) {
    log(null, level, message, exception);
  }

  @Override
  public void log(ServiceReference<?> reference, int level, String message) {
    log(reference, level, message, null);
  }

  @Override
  public void log(ServiceReference<?> reference, int level, String message, Throwable exception) {
    new OsgiLogger(speaker).log(levelOf(level), message, exception);
  }

  private static LogLevel levelOf(int level) {
    return switch (level) {
      case LOG_ERROR -> LogLevel.ERROR;
      case LOG_WARNING -> LogLevel.WARN;
      case LOG_INFO -> LogLevel.INFO;
      default -> LogLevel.DEBUG;
    };
  }
}
