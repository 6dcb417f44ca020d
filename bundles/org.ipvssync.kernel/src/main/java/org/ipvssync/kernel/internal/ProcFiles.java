package org.ipvssync.kernel.internal;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
  private static final int SYSCTL_BYTES = 4096;
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
    // One read, with room for all: the kernel gives the second piece of a sysctl as its end.
    byte[] content = new byte[SYSCTL_BYTES];
    try (InputStream in = new FileInputStream(proc.resolve("sys/net/ipv4/vs/" + name).toFile())) {
      int length = Math.max(0, in.read(content));
      Matcher numbers = NUMBER.matcher(new String(content, 0, length, StandardCharsets.ISO_8859_1));
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

  /** What tells this boot of the machine from others; empty when that cannot be known. */
  String bootId() {
    try {
      return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
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
