package org.ipvssync.transport.multicast.internal;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.List;

/**
 * What was asked for the buffers of a link's sockets, and what the kernel granted.
 *
 * @param what what the sockets do, such as {@code receiving 224.0.0.81:8848 on eth0}
 * @param kind {@code receive} or {@code send}
 * @param sysctl the kernel's limit
 * @param askedBytes 0 for the system's default
 * @param grantedBytes the smallest of the sockets
 */
record SocketBuffers(String what, String kind, String sysctl, int askedBytes, int grantedBytes) {

  static SocketBuffers receive(String group, List<DatagramChannel> sockets, int askedBytes)
      throws IOException {
    int granted = ask(sockets, StandardSocketOptions.SO_RCVBUF, askedBytes);
    return new SocketBuffers(
        "receiving " + group, "receive", "net.core.rmem_max", askedBytes, granted);
  }

  static SocketBuffers send(String group, List<DatagramChannel> sockets, int askedBytes)
      throws IOException {
    int granted = ask(sockets, StandardSocketOptions.SO_SNDBUF, askedBytes);
    return new SocketBuffers(
        "sending to " + group, "send", "net.core.wmem_max", askedBytes, granted);
  }

  private static int ask(List<DatagramChannel> sockets, SocketOption<Integer> option, int bytes)
      throws IOException {
    int smallest = Integer.MAX_VALUE;
    for (DatagramChannel socket : sockets) {
      if (bytes > 0) {
        socket.setOption(option, bytes);
      }
      smallest = Math.min(smallest, socket.getOption(option));
    }
    return smallest;
  }

  /** True when the kernel granted less than was asked for. */
  boolean wereCut() {
    return grantedBytes < askedBytes;
  }

  /** One line for the log. */
  String line() {
    String start = what + ": socket " + kind + " buffer ";
    if (askedBytes == 0) {
      return start + grantedBytes + " bytes, the system's default";
    }
    String line = start + askedBytes + " bytes asked, " + grantedBytes + " granted";
    return wereCut()
        ? line + ": raise the limit with `sysctl -w " + sysctl + "=" + askedBytes + "`"
        : line;
  }
}
