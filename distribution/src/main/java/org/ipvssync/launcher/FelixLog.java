package org.ipvssync.launcher;

import org.apache.felix.framework.Logger;
import org.slf4j.LoggerFactory;

/** The framework's own messages, put into the node's log. Thread-safe. */
final class FelixLog extends Logger {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("org.apache.felix.framework");

  @Override
  protected void doLog(int level, String message, Throwable failure) {
    String reason = failure == null ? "" : " (" + Reason.deepest(failure) + ")";
    switch (level) {
      case LOG_ERROR -> LOG.error("{}{}", message, reason);
      case LOG_WARNING -> LOG.warn("{}{}", message, reason);
      case LOG_INFO -> LOG.info("{}{}", message, reason);
      default -> LOG.debug("{}{}", message, reason);
    }
    if (failure != null) {
      LOG.debug("{}", message, failure);
    }
  }
}
