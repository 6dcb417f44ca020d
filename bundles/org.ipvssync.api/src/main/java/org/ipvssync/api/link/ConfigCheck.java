package org.ipvssync.api.link;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks the values of one configuration; each failure is one line that names the configuration,
 * the key, the value and what is allowed.
 */
public final class ConfigCheck {
  private final String where;

  /**
   * Checks for one configuration.
   *
   * @param where its PID, such as {@code org.ipvssync.role.backup~eth0}
   */
  public ConfigCheck(String where) {
    this.where = where;
  }

  /** Returns {@code value} when it is from {@code min} to {@code max}. */
  public int range(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw failure(key, Integer.toString(value), min + " to " + max);
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

  /** The failure of one key. */
  public ConfigException failure(String key, String value, String allowed) {
    return new ConfigException(
        where + ": " + key + "=" + value + " is not allowed; allowed: " + allowed);
  }
}
