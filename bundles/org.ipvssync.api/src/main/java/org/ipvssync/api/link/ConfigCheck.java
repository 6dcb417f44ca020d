package org.ipvssync.api.link;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.ipvssync.api.wire.LinkAddress;

/**
 * Checks the values of one configuration; each failure is one line that names the configuration,
 * the key, the value and what is allowed.
 */
public final class ConfigCheck {
  /** Most bytes of socket buffer that may be asked for. */
  public static final int MAX_SOCKET_BUFFER_BYTES = 1 << 30;

  /** Most ports of a link ({@code IP_VS_SYNC_PORTS_MAX}). */
  public static final int MAX_SYNC_PORTS = 64;

  private static final int MAX_PORT = 65_535;
  private static final int MAX_TTL = 255;
  private static final String SERVICE_PID = "service.pid";

  private final String where;
  private final Map<String, ?> written;

  /**
   * Checks for one configuration.
   *
   * @param where its PID, such as {@code org.ipvssync.role.backup~eth0}
   */
  public ConfigCheck(String where) {
    this(where, Map.of());
  }

  /** Checks for one configuration, with its properties as they were written. */
  public ConfigCheck(Map<String, ?> properties) {
    this(String.valueOf(properties.get(SERVICE_PID)), properties);
  }

  private ConfigCheck(String where, Map<String, ?> written) {
    this.where = where;
    this.written = written;
  }

  /** Returns {@code value} when it is from {@code min} to {@code max}. */
  public int range(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw failure(key, Integer.toString(value), min + " to " + max);
    }
    return value;
  }

  /**
   * Returns what {@code value} gives when it is from {@code min} to {@code max}.
   *
   * @param value a method of a typed configuration; it throws when what was written is no number
   */
  public int range(String key, IntSupplier value, int min, int max) {
    int number;
    try {
      number = value.getAsInt();
    } catch (RuntimeException e) {
      throw failure(key, writtenAs(key), min + " to " + max);
    }
    return range(key, number, min, max);
  }

  /** Returns {@code value} unless something else than true or false was written. */
  public boolean flag(String key, boolean value) {
    if (written.get(key) instanceof String text
        && !text.strip().equalsIgnoreCase(Boolean.toString(value))) {
      throw failure(key, text, "true, false");
    }
    return value;
  }

  /** Returns {@code value} when it is among {@code allowed}. */
  public String oneOf(String key, String value, Set<String> allowed) {
    if (!allowed.contains(value)) {
      throw failure(key, value, String.join(", ", new TreeSet<>(allowed)));
    }
    return value;
  }

  /** Returns {@code value} when it is not blank. */
  public String required(String key, String value, String allowed) {
    if (value == null || value.isBlank()) {
      throw failure(key, "", allowed);
    }
    return value.strip();
  }

  /** The multicast group that {@code value} spells; never asks a name server. */
  public InetAddress group(String key, String value) {
    String allowed =
        "a multicast address, 224.0.0.0 to 239.255.255.255 or ff00::/8, such as 224.0.0.81";
    String spelled = required(key, value, allowed);
    try {
      InetAddress address = InetAddress.ofLiteral(spelled);
      // Java also reads short forms: 224.0.81 would be 224.0.0.81.
      boolean whole =
          !(address instanceof Inet4Address) || address.getHostAddress().equals(spelled);
      if (whole && address.isMulticastAddress()) {
        return InetAddress.getByAddress(address.getAddress());
      }
    } catch (IllegalArgumentException | UnknownHostException e) {
      throw failure(key, spelled, allowed);
    }
    throw failure(key, spelled, allowed);
  }

  /**
   * Where a link speaks, from the settings {@code mcastInterface}, {@code mcastGroup}, {@code
   * mcastPort}, {@code syncPorts}, {@code mcastTtl} and {@code socketBufferBytes}.
   */
  public LinkAddress address(
      String mcastInterface,
      String mcastGroup,
      IntSupplier mcastPort,
      IntSupplier syncPorts,
      IntSupplier mcastTtl,
      IntSupplier socketBufferBytes,
      boolean loopback) {
    int port = range("mcastPort", mcastPort, 1, MAX_PORT);
    int ports = range("syncPorts", syncPorts, 1, MAX_SYNC_PORTS);
    if (port + ports - 1 > MAX_PORT) {
      // The ports go up from the first one.
      throw failure("syncPorts", Integer.toString(ports), "1 to " + (MAX_PORT - port + 1));
    }
    return new LinkAddress(
        required("mcastInterface", mcastInterface, "the name of an interface, such as eth0"),
        group("mcastGroup", mcastGroup),
        port,
        ports,
        range("mcastTtl", mcastTtl, 1, MAX_TTL),
        range("socketBufferBytes", socketBufferBytes, 0, MAX_SOCKET_BUFFER_BYTES),
        loopback);
  }

  private String writtenAs(String key) {
    Object value = written.get(key);
    return value == null ? "" : value.toString();
  }

  /** The failure of one key. */
  public ConfigException failure(String key, String value, String allowed) {
    return new ConfigException(
        where + ": " + key + "=" + value + " is not allowed; allowed: " + allowed);
  }
}
