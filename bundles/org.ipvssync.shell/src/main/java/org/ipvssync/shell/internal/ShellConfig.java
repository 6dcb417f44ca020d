package org.ipvssync.shell.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.ipvssync.shell}; a change is taken in place. */
@ObjectClassDefinition(
    name = "ipvs-syncd: commands",
    description = "Limits of the control socket and of the commands that start links.")
public @interface ShellConfig {
  /** Clients at a time unless configured. */
  int DEFAULT_SESSIONS = 16;

  /** Seconds until a link must be up unless configured. */
  int DEFAULT_UP_TIMEOUT_S = 10;

  /** Seconds until the track file says ready in any case unless configured. */
  int DEFAULT_TRACK_TIMEOUT_S = 120;

  /** Clients of the control socket at a time. */
  @AttributeDefinition(
      name = "Most sessions",
      description = "Clients of the control socket at a time; more are refused with a line.",
      min = "1",
      max = "256")
  int maxSessions() default DEFAULT_SESSIONS;

  /** Seconds. */
  @AttributeDefinition(
      name = "Time until up, seconds",
      description = "How long startDaemon waits until the link is up; then it is removed again.",
      min = "1",
      max = "300")
  int upTimeoutS() default DEFAULT_UP_TIMEOUT_S;

  /** Seconds. */
  @AttributeDefinition(
      name = "Time until keepalived may take over in any case, seconds",
      description =
          "How long ready.track may keep keepalived from taking over after a boot when the node"
              + " does not get ready, such as with a dead cable; 0: for ever.",
      min = "0",
      max = "86400")
  int trackTimeoutS() default DEFAULT_TRACK_TIMEOUT_S;
}
