package org.ipvssync.kernel.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;

/**
 * A sync daemon of the kernel.
 *
 * @param role what it does
 * @param mcastInterface where
 * @param syncId 0 to 255
 * @param options the rest as ipvsadm takes it: {@code sync-maxlen}, {@code mcast-group}, {@code
 *     mcast-port}, {@code mcast-ttl}; empty when ipvsadm did not say
 */
record KernelDaemon(SyncRole role, String mcastInterface, int syncId, List<String> options) {
  /** As many ports as a daemon or a link may have. */
  static final int MAX_PORTS = 64;

  /**
   * First port of the kernel's backup on lo: beyond those of a link that begins at the default port
   * and has as many as it may, since somebody may have such a link on lo.
   */
  static final int BACKUP_PORT = LinkAddress.DEFAULT_PORT + MAX_PORTS;

  /** First port to which the kernel's master on lo sends, where our inbound link listens. */
  static final int MASTER_PORT = BACKUP_PORT + MAX_PORTS;

  /** The interface on which the kernel speaks with this node. */
  static final String LOOPBACK = "lo";

  private static final Pattern LINE =
      Pattern.compile(
          "(master|backup) sync daemon \\(mcast=([^,)]+), syncid=(\\d+)"
              + "(?:, maxlen=(\\d+), group=([^,]+), port=(\\d+), ttl=(\\d+))?");

  KernelDaemon {
    options = List.copyOf(options);
  }

  /** The daemon on lo that this node wants. */
  static KernelDaemon own(SyncRole role, int syncId) {
    int port = role == SyncRole.MASTER ? MASTER_PORT : BACKUP_PORT;
    return new KernelDaemon(role, LOOPBACK, syncId, List.of("--mcast-port=" + port));
  }

  /** The daemons in what {@code ipvsadm -l --daemon} printed. */
  static List<KernelDaemon> parse(String list) {
    List<KernelDaemon> daemons = new ArrayList<>();
    Matcher line = LINE.matcher(list);
    while (line.find()) {
      daemons.add(of(line));
    }
    return daemons;
  }

  private static KernelDaemon of(Matcher line) {
    List<String> options = new ArrayList<>();
    if (line.group(4) != null) {
      options.add("--sync-maxlen=" + line.group(4));
      options.add("--mcast-group=" + line.group(5));
      options.add("--mcast-port=" + line.group(6));
      options.add("--mcast-ttl=" + line.group(7));
    }
    return new KernelDaemon(
        line.group(1).equals("master") ? SyncRole.MASTER : SyncRole.BACKUP,
        line.group(2),
        Integer.parseInt(line.group(3)),
        options);
  }

  /** True for one that a node of ours started, also before it crashed. */
  boolean isOurs() {
    int port = role == SyncRole.MASTER ? MASTER_PORT : BACKUP_PORT;
    // An ipvsadm that does not print the port cannot have set it.
    return mcastInterface.equals(LOOPBACK) && options.contains("--mcast-port=" + port);
  }

  /** The arguments that start it. */
  List<String> startArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("--start-daemon=" + role.label());
    arguments.add("--mcast-interface=" + mcastInterface);
    arguments.add("--syncid=" + syncId);
    arguments.addAll(options);
    return arguments;
  }

  /** For people. */
  String describe() {
    return role.label() + " on " + mcastInterface + ", sync id " + syncId;
  }
}
