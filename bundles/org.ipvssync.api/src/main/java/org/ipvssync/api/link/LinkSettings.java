package org.ipvssync.api.link;

import java.net.InetAddress;
import java.util.function.IntSupplier;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;

/**
 * The checked settings that every link has, whatever its role.
 *
 * @param name the link's name, unique within its role
 * @param address where it speaks
 * @param syncId 0 to 255
 * @param syncMaxLen longest message in bytes; 0 takes what a kernel would
 * @param transport name of the transport
 * @param horizon name of where its records come from or go to
 * @param retryMaxS longest pause between attempts to open the sockets, seconds
 */
public record LinkSettings(
    String name,
    LinkAddress address,
    int syncId,
    int syncMaxLen,
    String transport,
    String horizon,
    int retryMaxS) {
  /** The name of a link whose configuration has none. */
  public static final String DEFAULT_NAME = "default";

  /** The transport unless another is configured. */
  public static final String DEFAULT_TRANSPORT = "multicast";

  /** Socket buffer that is asked for unless configured, bytes. */
  public static final int DEFAULT_SOCKET_BUFFER_BYTES = 4 << 20;

  /** Longest pause between attempts unless configured, seconds. */
  public static final int DEFAULT_RETRY_MAX_S = 30;

  private static final int MAX_SYNC_ID = 255;
  private static final int MAX_RETRY_S = 3600;

  /**
   * Checks the settings that are not part of the address.
   *
   * @param name see {@link #nameOf}
   * @param shortestMaxLen least syncMaxLen other than 0
   * @param horizon empty for the group, port and interface of the address: then a master and a
   *     backup there share it, and nothing echoes
   * @throws ConfigException when a value is not allowed
   */
  public static LinkSettings of(
      ConfigCheck check,
      String name,
      LinkAddress address,
      IntSupplier syncId,
      IntSupplier syncMaxLen,
      int shortestMaxLen,
      String transport,
      String horizon,
      IntSupplier retryMaxS) {
    int id = check.range("syncId", syncId, 0, MAX_SYNC_ID);
    int maxLen = check.range("syncMaxLen", syncMaxLen, 0, Datagram.MAX_BYTES);
    if (maxLen != 0 && maxLen < shortestMaxLen) {
      throw check.failure(
          "syncMaxLen",
          Integer.toString(maxLen),
          "0, " + shortestMaxLen + " to " + Datagram.MAX_BYTES);
    }
    return new LinkSettings(
        name,
        address,
        id,
        maxLen,
        check.required("transport", transport, "the name of a transport, such as multicast"),
        horizon == null || horizon.isBlank() ? horizonOf(address) : horizon.strip(),
        check.range("retryMaxS", retryMaxS, 1, MAX_RETRY_S));
  }

  /** The name in the PID of a factory configuration: what follows {@code ~}, else "default". */
  public static String nameOf(String pid) {
    int tilde = pid.indexOf('~');
    return tilde < 0 || tilde == pid.length() - 1 ? DEFAULT_NAME : pid.substring(tilde + 1);
  }

  /** What status shows of a link whose configuration was refused: the interface, and defaults. */
  static LinkAddress shown(String mcastInterface) {
    return new LinkAddress(
        mcastInterface,
        InetAddress.ofLiteral(LinkAddress.DEFAULT_GROUP),
        LinkAddress.DEFAULT_PORT,
        1,
        1,
        0,
        false);
  }

  /** Where a link speaks, in a line for people. */
  static String describe(LinkAddress address) {
    return "interface "
        + address.mcastInterface()
        + ", group "
        + address.group().getHostAddress()
        + ", port "
        + address.port()
        + (address.syncPorts() > 1 ? " to " + (address.port() + address.syncPorts() - 1) : "");
  }

  private static String horizonOf(LinkAddress address) {
    return address.group().getHostAddress() + ":" + address.port() + "%" + address.mcastInterface();
  }
}
