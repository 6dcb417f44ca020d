package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A folder like /proc and a command like ipvsadm, which starts and stops daemons in that folder:
 * their sockets come and go in net/udp. Nothing here touches a kernel.
 */
final class FakeKernel {
  static final String CONNS =
      "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n";
  static final String CONNS_SYNC =
      "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n";
  static final String SERVICES =
      """
      IP Virtual Server version 1.2.1 (size=4096)
      Prot LocalAddress:Port Scheduler Flags
        -> RemoteAddress:Port Forward Weight ActiveConn InActConn
      """;

  private static final String IPVSADM =
      """
      #!/bin/sh
      # state: daemons/ROLE holds the line of the list
      d=%s
      next() { n=$(cat $d/inode); echo $((n + 1)) >$d/inode; echo $n; }
      z='00000000:00000000 00:00000000 00000000     0        0'
      udp() {
        echo '   sl  local_address rem_address   st and so on'
        if [ -f $d/daemons/master ]; then
          echo "  481: 0100010A:C9B9 510000E0:2310 01 $z $(cat $d/inode.master) 2 0 0"
        fi
        if [ -f $d/daemons/backup ]; then
          i=$(cat $d/inode.backup)
          echo "  248: 510000E0:22D0 00000000:0000 07 $z $i 2 0 $(cat $d/drops)"
        fi
      }
      echo "$*" >>$d/calls
      if [ -f $d/calls.left ] && [ $(wc -l <$d/calls) -gt $(cat $d/calls.left) ]; then
        echo 'Nobody is there to call' >&2; exit 137
      fi
      if [ -f $d/gone ] && [ "${2#*=}" = "$(cat $d/gone)" ]; then
        echo 'No such device' >&2; exit 2
      fi
      if [ -f $d/broken ]; then echo 'Memory allocation problem' >&2; exit 2; fi
      case $1 in
      -l) cat $d/daemons/* 2>/dev/null; exit 0 ;;
      -Sn) test ! -f $d/unlisted && cat $d/saved; exit ;;
      --start-daemon=*)
        role=${1#*=}
        if [ -f $d/daemons/$role ]; then echo 'Daemon has already run' >&2; exit 255; fi
        port=8848; group=224.0.0.81; ttl=1; len=1472
        for a in "$@"; do
          case $a in
          --mcast-interface=*) if=${a#*=} ;;
          --syncid=*) id=${a#*=} ;;
          --mcast-port=*) port=${a#*=} ;;
          --mcast-group=*) group=${a#*=} ;;
          --mcast-ttl=*) ttl=${a#*=} ;;
          --sync-maxlen=*) len=${a#*=} ;;
          esac
        done
        rest="maxlen=$len, group=$group, port=$port, ttl=$ttl"
        echo "$role sync daemon (mcast=$if, syncid=$id, $rest)" >$d/daemons/$role
        next >$d/inode.$role ;;
      --stop-daemon=*)
        role=${1#*=}
        if [ ! -f $d/daemons/$role ]; then echo 'No daemon is running' >&2; exit 255; fi
        rm $d/daemons/$role ;;
      esac
      udp >$d/proc/net/udp
      """;

  private final Path folder;

  FakeKernel(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("proc/net"));
    Files.createDirectories(folder.resolve("proc/self/ns"));
    Files.createDirectories(folder.resolve("proc/self/fd"));
    Files.createDirectories(folder.resolve("proc/sys/net/ipv4/vs"));
    Files.createDirectories(folder.resolve("daemons"));
    Files.createDirectories(folder.resolve("run"));
    Files.createDirectories(folder.resolve("lock"));
    Files.createSymbolicLink(folder.resolve("proc/self/ns/net"), Path.of("net:[4026531840]"));
    write("inode", "100\n");
    write("drops", "0\n");
    write("saved", "");
    write("proc/self/status", "Name:\tjava\nCapEff:\t000001ffffffffff\n");
    write("proc/net/udp", "");
    sysctl("sync_ports", "1");
    sysctl("sync_threshold", "3\t50");
    sysctl("sync_refresh_period", "0");
    sysctl("backup_only", "0");
    Files.createDirectories(folder.resolve("proc/sys/kernel/random"));
    boot("one");
    services("");
    conns("", "");
    write("ipvsadm", IPVSADM.formatted(folder));
    Files.setPosixFilePermissions(
        folder.resolve("ipvsadm"), PosixFilePermissions.fromString("rwx------"));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  ProcFiles proc() {
    return new ProcFiles(folder.resolve("proc"));
  }

  KernelSettings settings() {
    return new KernelSettings(true, 0, 100_000, 60, folder.resolve("ipvsadm").toString());
  }

  void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void sysctl(String name, String value) {
    write("proc/sys/net/ipv4/vs/" + name, value + "\n");
  }

  /** The boot that the machine is in. */
  void boot(String id) {
    write("proc/sys/kernel/random/boot_id", id + "\n");
  }

  /** What /proc/net/ip_vs says behind its first lines. */
  void services(String lines) {
    write("proc/net/ip_vs", SERVICES + lines);
  }

  /** What the lists of connections say behind their first lines. */
  void conns(String conns, String connsSync) {
    write("proc/net/ip_vs_conn", CONNS + conns);
    write("proc/net/ip_vs_conn_sync", CONNS_SYNC + connsSync);
  }

  /** Runs the command as somebody else would. */
  void ipvsadm(String... arguments) {
    try {
      List<String> line = new java.util.ArrayList<>(List.of(folder.resolve("ipvsadm").toString()));
      line.addAll(List.of(arguments));
      if (new ProcessBuilder(line).inheritIO().start().waitFor() != 0) {
        throw new IllegalStateException("failed: " + line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on the command does nothing after so many calls, as when its caller was killed. */
  void endAfter(int calls) {
    write("calls", "");
    write("calls.left", calls + "\n");
  }

  /** True when {@link #endAfter} was reached; ends that. */
  boolean hasEnded() {
    boolean ended = read("calls").lines().count() > Long.parseLong(read("calls.left").strip());
    try {
      Files.delete(file("calls.left"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ended;
  }

  /** The daemons that run, as the command lists them. */
  List<KernelDaemon> daemons() throws KernelRefusal {
    return new KernelDaemons(folder.resolve("ipvsadm").toString()).list();
  }
}
