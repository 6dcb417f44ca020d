package org.ipvssync.role.backup.internal;

import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.wire.LinkAddress;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of one backup link, {@code org.ipvssync.role.backup~NAME}. */
@ObjectClassDefinition(
    name = "ipvs-syncd backup link",
    description = "Receives sync messages and applies them to the node's table")
public @interface BackupConfig {
  /** Interface. */
  @AttributeDefinition(description = "Network interface to receive on, such as eth0 (required)")
  String mcastInterface();

  /** Group. */
  @AttributeDefinition(description = "Multicast group, IPv4 or IPv6")
  String mcastGroup() default LinkAddress.DEFAULT_GROUP;

  /** First port. */
  @AttributeDefinition(description = "First UDP port", min = "1", max = "65535")
  int mcastPort() default LinkAddress.DEFAULT_PORT;

  /** Number of ports. */
  @AttributeDefinition(
      description = "How many ports from the first on; the masters' number",
      min = "1",
      max = "64")
  int syncPorts() default 1;

  /** Sync id. */
  @AttributeDefinition(
      description = "Sync id that is accepted; 0 accepts every one",
      min = "0",
      max = "255")
  int syncId() default 0;

  /** Longest message. */
  @AttributeDefinition(
      description =
          "Longest message in bytes, 1024 to 65507; longer ones are dropped. 0: what a kernel"
              + " backup takes, the interface's MTU less the headers",
      min = "0",
      max = "65507")
  int syncMaxLen() default 0;

  /** Codecs. */
  @AttributeDefinition(
      description = "Names of the codecs that may read messages, separated by commas")
  String codecs() default "v0,v1";

  /** Transport. */
  @AttributeDefinition(description = "Name of the transport")
  String transport() default LinkSettings.DEFAULT_TRANSPORT;

  /** Merge rule. */
  @AttributeDefinition(
      description = "Whose word the messages are: a peer's, or the own load balancer's",
      options = {
        @Option(label = "a peer's: the kernel's receiver to the letter", value = "KERNEL_SYNC"),
        @Option(label = "the own load balancer's: it is always right", value = "AUTHORITATIVE")
      })
  String rule() default "KERNEL_SYNC";

  /** Horizon. */
  @AttributeDefinition(
      description =
          "Name of where the records come from: a master link of the same horizon does not send"
              + " them back. Empty: GROUP:PORT%INTERFACE of this link",
      required = false)
  String horizon() default "";

  /** Receive buffer. */
  @AttributeDefinition(
      description =
          "Socket receive buffer to ask for, bytes; the kernel cuts it to net.core.rmem_max. 0: the"
              + " system's default",
      min = "0",
      max = "1073741824")
  int socketBufferBytes() default LinkSettings.DEFAULT_SOCKET_BUFFER_BYTES;

  /** TCP timeout. */
  @AttributeDefinition(
      description =
          "Seconds of an established TCP connection whose record has no timeout (ipvsadm --set)",
      min = "1",
      max = "2147483")
  int timeoutTcpS() default 900;

  /** TCP timeout after FIN. */
  @AttributeDefinition(
      description = "Seconds of a TCP connection in FIN_WAIT whose record has no timeout",
      min = "1",
      max = "2147483")
  int timeoutTcpFinS() default 120;

  /** UDP timeout. */
  @AttributeDefinition(
      description = "Seconds of a UDP connection whose record has no timeout",
      min = "1",
      max = "2147483")
  int timeoutUdpS() default 300;

  /** Persistence engines. */
  @AttributeDefinition(
      description =
          "Persistence engines that are known, separated by commas; records of others are dropped",
      required = false)
  String persistenceEngines() default "sip";

  /** Spool. */
  @AttributeDefinition(
      description =
          "Most memory for messages that wait for a codec whose bundle is being exchanged, KiB;"
              + " taken only while it is needed. 0: none, then nothing is read meanwhile",
      min = "0",
      max = "1048576")
  int spoolKiB() default 8192;

  /** Wait for a codec. */
  @AttributeDefinition(
      description =
          "How long messages of a codec that has just left wait for it while others are there,"
              + " milliseconds; then they are dropped and counted (noCodec)",
      min = "0",
      max = "60000")
  int codecWaitMs() default 2000;

  /** Longest pause between attempts. */
  @AttributeDefinition(
      description = "Longest pause between attempts to open the sockets, seconds",
      min = "1",
      max = "3600")
  int retryMaxS() default LinkSettings.DEFAULT_RETRY_MAX_S;
}
