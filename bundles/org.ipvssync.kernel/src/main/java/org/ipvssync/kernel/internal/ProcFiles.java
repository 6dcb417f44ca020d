package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where /proc has what concerns IPVS, and the small things there that are read as a whole. */
final class ProcFiles {
  private static final int CAP_NET_ADMIN = 12;
  private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*([0-9a-fA-F]+)");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final Path proc;

  /** With {@code /proc}, or a folder like it. */
  ProcFiles(Path proc) {
    this.proc = proc;
  }

  /** A file of {@code /proc/net}. */
  Path net(String name) {
    return proc.resolve("net").resolve(name);
  }

  /** True when IPVS is in the kernel. */
  boolean hasIpvs() {
    return Files.exists(net("ip_vs"));
  }

  /** The {@code which}-th number in {@code net.ipv4.vs.NAME}, from 0; -1 when there is none. */
  int sysctl(String name, int which) {
    try {
      Matcher numbers =
          NUMBER.matcher(Files.readString(proc.resolve("sys/net/ipv4/vs").resolve(name)));
      for (int i = 0; numbers.find(); i++) {
        if (i == which) {
          return Integer.parseInt(numbers.group());
        }
      }
    } catch (IOException | NumberFormatException e) {
      // An older kernel does not have it.
      return -1;
    }
    return -1;
  }

  /** True when this process may change the network's configuration. */
  boolean mayAdminister() throws IOException {
    Matcher found = CAPABILITIES.matcher(Files.readString(proc.resolve("self/status")));
    return found.find() && (Long.parseUnsignedLong(found.group(1), 16) >>> CAP_NET_ADMIN & 1) != 0;
  }

  /** What tells this process' network namespace from others, such as {@code 4026531840}. */
  String namespace() throws IOException {
    String link = Files.readSymbolicLink(proc.resolve("self/ns/net")).toString();
    Matcher inode = NUMBER.matcher(link);
    if (!inode.find()) {
      throw new IOException("no namespace in " + link);
    }
    return inode.group();
  }

  /** The inodes of this process' own sockets. */
  Set<Long> ownSockets() throws IOException {
    Set<Long> inodes = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve("self/fd"))) {
      for (Path file : files) {
        Matcher socket = SOCKET.matcher(target(file));
        if (socket.matches()) {
          inodes.add(Long.valueOf(socket.group(1)));
        }
      }
    }
    return inodes;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
