package org.ipvssync.resync.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of resyncs; without one the defaults hold. */
@ObjectClassDefinition(
    name = "ipvs-syncd resync",
    description = "Asks peers for their whole table, and answers those who ask")
@interface ResyncConfig {
  /** The configuration's PID. */
  String PID = "org.ipvssync.resync";

  /** Default of resyncTimeoutMs. */
  int TIMEOUT_MS = 5_000;

  /** Default of persistenceEngines. */
  String ENGINES = "sip";

  /** Default of offersPerSecond. */
  int OFFERS = 50;

  /** Default of maxPeers. */
  int PEERS = 8;

  /** Default of datagramsPerSecond. */
  int DATAGRAMS = 50_000;

  /** Whether a node asks by itself. */
  @AttributeDefinition(
      description = "Whether the node asks by itself when a link is up for the first time")
  boolean atStart() default true;

  /** Wait for somebody to answer. */
  @AttributeDefinition(
      description =
          "How long the node waits for a peer to answer before it goes on without, milliseconds",
      min = "100",
      max = "600000")
  int resyncTimeoutMs() default TIMEOUT_MS;

  /** Persistence engines. */
  @AttributeDefinition(
      description =
          "Persistence engines that are known, separated by commas; records of others are dropped",
      required = false)
  String persistenceEngines() default ENGINES;

  /** Most offers. */
  @AttributeDefinition(
      description = "Most requests of other nodes that are answered a second",
      min = "1",
      max = "1000")
  int offersPerSecond() default OFFERS;

  /** Most peers. */
  @AttributeDefinition(
      description = "Most nodes that are sent the table at a time; others must wait",
      min = "1",
      max = "64")
  int maxPeers() default PEERS;

  /** Most datagrams. */
  @AttributeDefinition(
      description =
          "Most datagrams of the table that are sent a second, to all peers together; 1472 bytes"
              + " each on Ethernet",
      min = "10",
      max = "10000000")
  int datagramsPerSecond() default DATAGRAMS;
}
