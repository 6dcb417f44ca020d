package org.ipvssync.kernel.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.ipvssync.kernel}; a change is taken in place. */
@ObjectClassDefinition(
    name = "ipvs-syncd: the own kernel",
    description = "Joins the node with IPVS in the kernel of the same machine")
public @interface KernelConfig {
  /** On or off. */
  @AttributeDefinition(
      description =
          "Whether the kernel's sync daemons are run on lo and its table is read and written, as"
              + " long as a link asks for it (its setting kernel is not false)")
  boolean enabled() default true;

  /** Sync id. */
  @AttributeDefinition(
      description = "Sync id between the kernel and this node, on lo",
      min = "0",
      max = "255")
  int syncId() default 0;

  /** Pace. */
  @AttributeDefinition(
      description =
          "Most records a second that are written into the kernel's table; more than its socket's"
              + " buffer takes are lost, noticed and sent again",
      min = "1000",
      max = "10000000")
  int changesPerSecond() default 100_000;

  /** Pause between readings. */
  @AttributeDefinition(
      description =
          "Least seconds between two readings of the kernel's list of connections; 0: only at the"
              + " start, before a resync is answered, and after drops",
      min = "0",
      max = "86400")
  int readPeriodS() default 60;

  /** The command. */
  @AttributeDefinition(description = "The command ipvsadm, or its path")
  String ipvsadm() default "ipvsadm";
}
