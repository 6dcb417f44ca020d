package org.ipvssync.role.master.internal;

import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.wire.LinkAddress;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of one master link, {@code org.ipvssync.role.master~NAME}. */
@ObjectClassDefinition(
    name = "ipvs-syncd master link",
    description = "Sends the changes of the node's table as sync messages")
public @interface MasterConfig {
  /** Interface. */
  @AttributeDefinition(description = "Network interface to send on, such as eth0 (required)")
  String mcastInterface();

  /** Group. */
  @AttributeDefinition(description = "Multicast group, IPv4 or IPv6")
  String mcastGroup() default LinkAddress.DEFAULT_GROUP;

  /** First port. */
  @AttributeDefinition(description = "First UDP port", min = "1", max = "65535")
  int mcastPort() default LinkAddress.DEFAULT_PORT;

  /** Time to live. */
  @AttributeDefinition(
      description = "Routers that a datagram may pass, and one (TTL, hop limit)",
      min = "1",
      max = "255")
  int mcastTtl() default 1;

  /** Number of ports. */
  @AttributeDefinition(
      description =
          "How many ports from the first on; a connection always takes the same. The backups'"
              + " number; a kernel's is a power of two",
      min = "1",
      max = "64")
  int syncPorts() default 1;

  /** Sync id. */
  @AttributeDefinition(
      description = "Sync id of what is sent: backups of this id, and of id 0, take it",
      min = "0",
      max = "255")
  int syncId() default 0;

  /** Longest message. */
  @AttributeDefinition(
      description =
          "Longest message in bytes, 64 to 65507 (less than 64 would not hold one connection); no"
              + " longer than the backups take. 0: what a kernel master sends, 1472 to an IPv4"
              + " group and 1452 to an IPv6 group",
      min = "0",
      max = "65507")
  int syncMaxLen() default 0;

  /** Codec. */
  @AttributeDefinition(
      description = "Name of the codec: v1, or v0 for kernels before 2.6.39 or sync_version=0")
  String codec() default "v1";

  /** Transport. */
  @AttributeDefinition(description = "Name of the transport")
  String transport() default LinkSettings.DEFAULT_TRANSPORT;

  /** Horizon. */
  @AttributeDefinition(
      description =
          "Name of where the records go: what came from the same horizon is not sent. Empty:"
              + " GROUP:PORT%INTERFACE of this link",
      required = false)
  String horizon() default "";

  /** Multicast loop. */
  @AttributeDefinition(
      description = "Whether other sockets of this host see the datagrams, as on a test machine")
  boolean loopback() default false;

  /** Send buffer. */
  @AttributeDefinition(
      description =
          "Socket send buffer to ask for, bytes; the kernel cuts it to net.core.wmem_max. 0: the"
              + " system's default",
      min = "0",
      max = "1073741824")
  int socketBufferBytes() default LinkSettings.DEFAULT_SOCKET_BUFFER_BYTES;

  /** Longest wait of a change. */
  @AttributeDefinition(
      description = "Longest time that a change waits for others to share its datagram, ms",
      min = "1",
      max = "10000")
  int flushIntervalMs() default 10;

  /** Refresh period. */
  @AttributeDefinition(
      description = "Seconds between the starts of two passes over the whole table; 0: none",
      min = "0",
      max = "86400")
  int refreshPeriodS() default 30;

  /** Refresh rate. */
  @AttributeDefinition(
      description = "Most copies a second that a pass sends",
      min = "1",
      max = "10000000")
  int refreshPerSecond() default 20_000;

  /** Rate of changes. */
  @AttributeDefinition(
      description =
          "Most changes a second that are sent, for a receiver that cannot take more, such as the"
              + " own kernel; the others wait and coalesce. 0: as fast as they come",
      min = "0",
      max = "10000000")
  int changesPerSecond() default 0;

  /** Longest pause between attempts. */
  @AttributeDefinition(
      description = "Longest pause between attempts to open the sockets, seconds",
      min = "1",
      max = "3600")
  int retryMaxS() default LinkSettings.DEFAULT_RETRY_MAX_S;
}
