package org.ipvssync.shell.internal;

import java.util.Map;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits that hold now. Any thread.
 *
 * <p>Values that are not allowed must not leave the node without commands: one line in the log, and
 * the defaults hold.
 */
@Component(service = ShellLimits.class, configurationPid = ShellLimits.PID)
@Designate(ocd = ShellConfig.class)
public final class ShellLimits {
  /** The configuration's PID. */
  static final String PID = "org.ipvssync.shell";

  private static final Logger LOG = LoggerFactory.getLogger(ShellLimits.class);
  private static final int MAX_SESSIONS = 256;
  private static final int MAX_UP_TIMEOUT_S = 300;
  private static final int MAX_TRACK_TIMEOUT_S = 86_400;
  private static final Values DEFAULTS =
      new Values(
          ShellConfig.DEFAULT_SESSIONS,
          ShellConfig.DEFAULT_UP_TIMEOUT_S,
          ShellConfig.DEFAULT_TRACK_TIMEOUT_S);

  private volatile Values values;

  private record Values(int sessions, int upTimeoutS, int trackTimeoutS) {}

  /** With a configuration, or without one. */
  @Activate
  public ShellLimits(ShellConfig config, Map<String, Object> written) {
    values = checked(config, written);
  }

  private ShellLimits() {
    values = DEFAULTS;
  }

  /** The defaults. */
  static ShellLimits defaults() {
    return new ShellLimits();
  }

  /** The configuration has changed. */
  @Modified
  void modified(ShellConfig config, Map<String, Object> written) {
    values = checked(config, written);
  }

  /** Clients of the control socket at a time. */
  int sessions() {
    return values.sessions;
  }

  /** Milliseconds until a link must be up. */
  long upTimeoutMs() {
    return values.upTimeoutS * 1000L;
  }

  /** Milliseconds until the track file says ready in any case; 0 for never. */
  long trackTimeoutMs() {
    return values.trackTimeoutS * 1000L;
  }

  private static Values checked(ShellConfig config, Map<String, Object> written) {
    try {
      ConfigCheck check = new ConfigCheck(written);
      return new Values(
          check.range("maxSessions", config::maxSessions, 1, MAX_SESSIONS),
          check.range("upTimeoutS", config::upTimeoutS, 1, MAX_UP_TIMEOUT_S),
          check.range("trackTimeoutS", config::trackTimeoutS, 0, MAX_TRACK_TIMEOUT_S));
    } catch (ConfigException e) {
      LOG.error("{}; the defaults hold until that is mended", e.getMessage());
      return DEFAULTS;
    }
  }
}
