package org.ipvssync.kernel.internal;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipvssync.api.node.SyncRole;

/**
 * The time in which this node has the kernel's daemons: from {@link #take} to {@link #end}. Used by
 * one thread.
 */
final class KernelSession {
  private static final String KEEPALIVED =
      "; if keepalived runs here, remove lvs_sync_daemon from keepalived.conf";

  private static final Pattern PERSISTENCE = Pattern.compile(" -p (\\d+)");
  private static final int MAX_TICKS = 10_000;

  private final KernelParts parts;
  private final KernelSettings settings;
  private final KernelDaemons daemons;
  private final KernelTable table;
  private final int ports;
  private UdpSockets sockets;
  private long dropsBefore;
  private long drops;

  private KernelSession(
      KernelParts parts, KernelSettings settings, KernelDaemons daemons, int ports)
      throws IOException {
    this.parts = parts;
    this.settings = settings;
    this.daemons = daemons;
    this.ports = ports;
    this.sockets = socketsNow().without(parts.proc().ownSockets());
    this.table = new KernelTable(parts.proc(), parts.node(), parts.clock());
  }

  /**
   * Takes the kernel: records what runs, starts the own daemons, makes the links.
   *
   * @throws KernelRefusal when it cannot be had; everything is as it was before then
   */
  static KernelSession take(KernelParts parts, KernelSettings settings)
      throws IOException, KernelRefusal {
    KernelDaemons daemons = new KernelDaemons(settings.ipvsadm());
    check(parts.proc(), daemons);
    parts.lock().take(parts.proc().namespace());
    KernelSession session = null;
    boolean recorded = false;
    boolean taken = false;
    try {
      record(parts, daemons);
      recorded = true;
      for (SyncRole role : SyncRole.values()) {
        replace(daemons, KernelDaemon.own(role, settings.syncId()));
      }
      int ports = Math.clamp(parts.proc().sysctl("sync_ports", 0), 1, KernelDaemon.MAX_PORTS);
      session = new KernelSession(parts, settings, daemons, ports);
      parts.ownLinks().make(ports, settings);
      taken = true;
      return session;
    } finally {
      if (!taken) {
        if (session != null) {
          session.table.close();
          removeLinks(parts); // one may have been made
        }
        if (recorded) {
          giveBack(parts, daemons, Before.STARTED);
        }
        parts.lock().release();
      }
    }
  }

  /** Refuses what cannot work. */
  private static void check(ProcFiles proc, KernelDaemons daemons)
      throws IOException, KernelRefusal {
    if (!proc.hasIpvs()) {
      throw KernelRefusal.normal(
          "this kernel has no IPVS (no /proc/net/ip_vs): to balance here, run modprobe ip_vs;"
              + " --no-kernel leaves the kernel out");
    }
    if (!proc.mayAdminister()) {
      throw KernelRefusal.of(
          "the node may not change IPVS: run it as root or with CAP_NET_ADMIN, or with"
              + " --no-kernel");
    }
    daemons.command();
    checkBackupOnly(proc);
    checkForm(proc.net("ip_vs_conn"));
    checkForm(proc.net("ip_vs_conn_sync"));
  }

  /** What cannot be read later is known before anything is changed. */
  private static void checkForm(Path list) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(list, StandardCharsets.ISO_8859_1)) {
      byte[] first = (lines.readLine() + "\n").getBytes(StandardCharsets.ISO_8859_1);
      new ProcConns().read(new ByteArrayInputStream(first), rows -> {});
    }
  }

  private static void checkBackupOnly(ProcFiles proc) throws KernelRefusal {
    if (proc.sysctl("backup_only", 0) > 0) {
      throw KernelRefusal.of(
          "net.ipv4.vs.backup_only=1 switches IPVS off while a backup daemon runs, and the own"
              + " kernel needs one: run sysctl -w net.ipv4.vs.backup_only=0");
    }
  }

  /** What runs and is not ours is what is given back; else what an earlier record says. */
  private static void record(KernelParts parts, KernelDaemons daemons)
      throws IOException, KernelRefusal {
    Map<SyncRole, KernelDaemon> before = new EnumMap<>(SyncRole.class);
    parts.record().read().forEach(daemon -> before.put(daemon.role(), daemon));
    List<String> others = new ArrayList<>();
    for (KernelDaemon daemon : daemons.list()) {
      if (!daemon.isOurs()) {
        before.put(daemon.role(), daemon);
        others.add(daemon.describe());
      }
    }
    if (!parts.record().exists() || !others.isEmpty()) {
      parts.record().write(before.values());
    }
    if (!others.isEmpty()) {
      parts
          .log()
          .info(
              "the kernel's sync daemons ("
                  + String.join("; ", others)
                  + ") are stopped while this node runs, and started again at its stop"
                  + KEEPALIVED);
    }
  }

  private static void replace(KernelDaemons daemons, KernelDaemon own) throws KernelRefusal {
    if (runs(daemons.list(), own.role()) != null) {
      daemons.stop(own.role());
    }
    daemons.start(own);
  }

  private static KernelDaemon runs(List<KernelDaemon> daemons, SyncRole role) {
    return daemons.stream().filter(d -> d.role() == role).findFirst().orElse(null);
  }

  /** The kernel's list beside the node's table. */
  KernelTable table() {
    return table;
  }

  /** What this session was made with. */
  KernelSettings settings() {
    return settings;
  }

  /** Datagrams that the kernel's backup has dropped since the session began. */
  long drops() {
    return drops;
  }

  private UdpSockets socketsNow() throws IOException {
    return UdpSockets.read(
        parts.proc().net("udp"), KernelDaemon.MASTER_PORT, KernelDaemon.BACKUP_PORT, ports);
  }

  /**
   * Looks whether all is as it should be; reads a few files, and asks ipvsadm only when sockets
   * have gone.
   *
   * @return what is wrong: a daemon of ours is not there; null when nothing is
   * @throws KernelRefusal when the kernel cannot be had any more
   */
  Loss watch() throws IOException, KernelRefusal {
    if (!parts.proc().hasIpvs()) {
      throw KernelRefusal.normal("IPVS was removed from the kernel");
    }
    checkBackupOnly(parts.proc());
    UdpSockets now = socketsNow();
    drops = Math.max(drops, dropsBefore + now.drops(sockets));
    return now.haveAllOf(sockets) ? null : lost();
  }

  /**
   * A daemon was stopped by somebody.
   *
   * @param line for people
   * @param foreign true when another one runs in its place
   */
  record Loss(String line, boolean foreign) {}

  private Loss lost() throws IOException, KernelRefusal {
    List<KernelDaemon> running = daemons.list();
    for (SyncRole role : SyncRole.values()) {
      KernelDaemon daemon = runs(running, role);
      if (daemon != null && !daemon.isOurs()) {
        return new Loss(
            "somebody started the kernel's sync daemon anew ("
                + daemon.describe()
                + "): the own kernel is left alone until this node starts again"
                + KEEPALIVED,
            true);
      }
    }
    for (SyncRole role : SyncRole.values()) {
      if (runs(running, role) == null) {
        return new Loss(
            "somebody stopped the kernel's sync daemon (" + role.label() + " on lo)" + KEEPALIVED,
            false);
      }
    }
    // Stopped and started again as we would have it.
    knowSockets();
    return null;
  }

  /** The daemons' sockets are others now, which count their drops anew. */
  private void knowSockets() throws IOException {
    sockets = socketsNow().without(parts.proc().ownSockets());
    dropsBefore = drops - sockets.drops(sockets);
  }

  /** Starts the own daemons again that do not run. */
  void restart() throws IOException, KernelRefusal {
    List<KernelDaemon> running = daemons.list();
    for (SyncRole role : SyncRole.values()) {
      if (runs(running, role) == null) {
        daemons.start(KernelDaemon.own(role, settings.syncId()));
      }
    }
    knowSockets();
  }

  /**
   * Finds out how many ticks the kernel counts in a second: it lists the timeouts of persistence in
   * ticks, ipvsadm in seconds. Services that change meanwhile are a reason to look another time:
   * ipvsadm fails when one goes while it lists them.
   */
  void learnTicks() throws IOException {
    table.readServices();
    Services before = table.services();
    long seconds = 0;
    try {
      Matcher timeouts = PERSISTENCE.matcher(daemons.services());
      while (timeouts.find()) {
        seconds += Long.parseLong(timeouts.group(1));
      }
    } catch (KernelRefusal e) {
      return;
    }
    table.readServices();
    if (table.services() != before) {
      return;
    }
    long jiffies = table.persistenceJiffies();
    if (seconds > 0 && jiffies % seconds == 0 && jiffies / seconds <= MAX_TICKS) {
      table.setTicksPerSecond((int) (jiffies / seconds));
    }
  }

  /** What becomes of the daemons that ran before, when the own ones are stopped. */
  enum Before {
    /** They are started again. */
    STARTED,
    /** They are started when the node ends: somebody wants none now. */
    KEPT,
    /** They are forgotten: somebody has started others. */
    FORGOTTEN
  }

  /** Ends it: takes the links away and stops the own daemons. */
  void end(Before before) {
    table.close();
    removeLinks(parts);
    giveBack(parts, daemons, before);
    parts.lock().release();
  }

  private static void removeLinks(KernelParts parts) {
    try {
      parts.ownLinks().remove();
    } catch (IOException | IllegalStateException e) {
      parts.log().warn("the links to the own kernel cannot be removed (" + e.getMessage() + ")");
    }
  }

  /** Gives back what is recorded though no session is there to end: an earlier node crashed. */
  static void giveBackLeftOver(KernelParts parts, KernelSettings settings)
      throws IOException, KernelRefusal {
    parts.lock().take(parts.proc().namespace());
    try {
      giveBack(parts, new KernelDaemons(settings.ipvsadm()), Before.STARTED);
    } finally {
      parts.lock().release();
    }
  }

  /** The record goes when nothing is left to give back. */
  private static void giveBack(KernelParts parts, KernelDaemons daemons, Before before) {
    try {
      List<KernelDaemon> recorded = before == Before.STARTED ? parts.record().read() : List.of();
      boolean ipvs = parts.proc().hasIpvs();
      List<KernelDaemon> running = ipvs ? daemons.list() : List.of();
      boolean all = true;
      for (SyncRole role : SyncRole.values()) {
        KernelDaemon then = ipvs ? runs(recorded, role) : null;
        all &= giveBack(parts, daemons, runs(running, role), then);
      }
      if (all && before != Before.KEPT) {
        parts.record().delete();
      }
    } catch (IOException | KernelRefusal e) {
      notGivenBack(parts, e);
    }
  }

  /** One role; false when it failed. That of one is no reason to keep the other's. */
  private static boolean giveBack(
      KernelParts parts, KernelDaemons daemons, KernelDaemon now, KernelDaemon then) {
    try {
      boolean ours = now != null && now.isOurs();
      if (ours) {
        daemons.stop(now.role());
      }
      if (then != null && (ours || now == null)) {
        daemons.start(then);
        parts.log().info("the kernel's sync daemon is started again: " + then.describe());
      }
      return true;
    } catch (KernelRefusal e) {
      notGivenBack(parts, e);
      return false;
    }
  }

  private static void notGivenBack(KernelParts parts, Exception why) {
    parts
        .log()
        .warn(
            "the kernel's sync daemons could not be given back ("
                + why.getMessage()
                + "): look at ipvsadm -l --daemon");
  }
}
