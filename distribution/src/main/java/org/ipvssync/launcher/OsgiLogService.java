package org.ipvssync.launcher;

import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;

/**
 * What the framework's bundles (SCR, FileInstall, ConfigAdmin) log, put into the node's log.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("deprecation") // the old methods of LogService are still in use by bundles
final class OsgiLogService implements LogService {
  private static final String UNKNOWN = "osgi";

  @Override
  public Logger getLogger(String name) {
    return new OsgiLogger(name);
  }

  @Override
  public Logger getLogger(Class<?> type) {
    return new OsgiLogger(type.getName());
  }

  @Override
  public <L extends Logger> L getLogger(String name, Class<L> loggerType) {
    return loggerType.cast(new OsgiLogger(name));
  }

  @Override
  public <L extends Logger> L getLogger(Class<?> type, Class<L> loggerType) {
    return loggerType.cast(new OsgiLogger(type.getName()));
  }

  @Override
  public <L extends Logger> L getLogger(Bundle bundle, String name, Class<L> loggerType) {
    boolean nameless = name.equals(Logger.ROOT_LOGGER_NAME) && bundle != null;
    return loggerType.cast(new OsgiLogger(nameless ? bundle.getSymbolicName() : name));
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
    Bundle bundle = reference == null ? null : reference.getBundle();
    String name = bundle == null ? UNKNOWN : bundle.getSymbolicName();
    new OsgiLogger(name).log(levelOf(level), message, exception);
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
