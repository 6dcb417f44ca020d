package org.ipvssync.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The framework's own messages, put into the node's log. Thread-safe. */
final class FelixLog extends Logger {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("org.apache.felix.framework");

  @Override
  @SuppressWarnings("rawtypes") // as it was declared
  protected void doLog(
      Bundle bundle, ServiceReference reference, int level, String message, Throwable failure) {
    if (bundle != null && failure instanceof BundleException) {
      // Most often a bundle that does not resolve: the line that says why is all there is to know.
      String reason = Reason.deepest(failure);
      LOG.atLevel(slf4jLevel(level)).log("bundle {}: {}", bundle.getSymbolicName(), reason);
      LOG.debug("{}", message, failure);
    } else {
      LOG.atLevel(slf4jLevel(level)).setCause(failure).log(message);
    }
  }

  private static Level slf4jLevel(int level) {
    return switch (level) {
      case LOG_ERROR -> Level.ERROR;
      case LOG_WARNING -> Level.WARN;
      case LOG_INFO -> Level.INFO;
      default -> Level.DEBUG;
    };
  }
}
