package org.ipvssync.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opentest4j.AssertionFailedError;

/**
 * Clients and real servers of a guest: methods of {@code Traffic} in traffic.py, by their names.
 * What they are given and give back stands there.
 */
final class Traffic {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Guest guest;

  Traffic(Guest guest) {
    this.guest = guest;
  }

  /**
   * How many of a group's sessions still answer.
   *
   * @param errors why others do not
   */
  record Check(int alive, int of, List<?> errors) {}

  /**
   * Calls a method.
   *
   * @param arguments names and values by turns
   * @return what it gave back, as JSON
   */
  Object call(String method, Object... arguments) {
    Map<String, Object> all = new TreeMap<>(Map.of("call", method));
    for (int i = 0; i < arguments.length; i += 2) {
      all.put(arguments[i].toString(), arguments[i + 1]);
    }
    Guest.Result result = guest.call("traffic", all, PATIENCE);
    if (result.exit() != 0) {
      throw new AssertionFailedError("traffic " + all + "\n" + result.output());
    }
    try {
      return JSON.std.anyFrom(result.output());
    } catch (IOException e) {
      throw new UncheckedIOException(result.output(), e);
    }
  }

  /** Echo servers in all real servers, on all of their addresses (IPv4 and IPv6). */
  void serve(Topology topology, String proto, int port) {
    for (int i = 1; i <= topology.realServers(); i++) {
      String server = Topology.realServer(i);
      // UDP answers from the address that was asked only when bound to it.
      if (proto.equals("tcp")) {
        call("serve", "ns", server, "address", "::", "port", port, "proto", proto);
      } else {
        for (String address : topology.serverAddresses(i)) {
          call("serve", "ns", server, "address", address, "port", port, "proto", proto);
        }
      }
    }
  }

  /** Connections of a client that must all come about; see {@code open}. */
  void open(String group, String proto, String to, int port, int n, String... endings) {
    List<?> failed = tryOpen(group, proto, to, port, n, endings);
    if (!failed.isEmpty()) {
      throw new AssertionFailedError("%s to %s port %d: %s".formatted(proto, to, port, failed));
    }
  }

  /**
   * Connections of a client.
   *
   * @return why some did not come about
   */
  List<?> tryOpen(String group, String proto, String to, int port, int n, String... endings) {
    Map<?, ?> answer =
        (Map<?, ?>)
            call(
                "open",
                "group",
                group,
                "ns",
                Topology.CLIENT,
                "to",
                to,
                "port",
                port,
                "sources",
                Topology.clientAddresses(to.contains(":")),
                "n",
                n,
                "proto",
                proto,
                "endings",
                List.of(endings.length == 0 ? new String[] {"open"} : endings));
    return (List<?>) answer.get("failed");
  }

  /** From now on each session of a group sends a message so often. */
  void keep(String group, Duration interval) {
    call("keep", "group", group, "interval", seconds(interval));
  }

  /** The same; a session whose answer has not come after {@code patience} is broken. */
  void keep(String group, Duration interval, Duration patience) {
    call("keep", "group", group, "interval", seconds(interval), "patience", seconds(patience));
  }

  /** A message and its answer on each session of a group. */
  Check check(String group) {
    return check(call("check", "group", group));
  }

  /**
   * Messages and their answers on each session of a group; those that are kept send them
   * themselves.
   *
   * @param rounds how many; 0 asks nothing and counts the sessions that nobody has ended
   * @param patience for all of them; at most 50 s
   */
  Check check(String group, int rounds, Duration patience) {
    return check(call("check", "group", group, "rounds", rounds, "patience", seconds(patience)));
  }

  private static Check check(Object answer) {
    Map<?, ?> counts = (Map<?, ?>) answer;
    return new Check(
        (Integer) counts.get("alive"), (Integer) counts.get("of"), (List<?>) counts.get("errors"));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
