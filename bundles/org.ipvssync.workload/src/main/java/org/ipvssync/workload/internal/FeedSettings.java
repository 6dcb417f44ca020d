package org.ipvssync.workload.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the feed; without one there is none. */
@ObjectClassDefinition(
    name = "ipvs-syncd feed",
    description = "Takes connection state from a program on this machine")
@interface FeedSettings {
  /** The configuration's PID. */
  String PID = "org.ipvssync.workload.feed";

  /** Path of the Unix-domain socket to listen on. */
  @AttributeDefinition(
      name = "Socket",
      description =
          "Absolute path of the Unix-domain socket to listen on, at most 100 bytes; its directory"
              + " must exist")
  String socket() default "";

  /** Horizon of what comes in: outbound links of the same horizon do not send it. */
  @AttributeDefinition(
      name = "Horizon",
      required = false,
      description =
          "Name of where the connections come from: master links of the same horizon do not send"
              + " them. Empty for the node itself")
  String horizon() default "";
}
