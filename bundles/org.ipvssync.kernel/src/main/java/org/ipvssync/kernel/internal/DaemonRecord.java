package org.ipvssync.kernel.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.ipvssync.api.node.SyncRole;

/**
 * What ran in the kernel before this node changed it: a file in the run directory, which is there
 * as long as it is to be given back, also across a crash.
 */
final class DaemonRecord {
  private static final String FILE = "kernel-daemons.properties";
  private static final String COMMENT =
      " sync daemons of the kernel that ran before this node; it starts them again at its stop";

  private final Path file;

  /** In that folder. */
  DaemonRecord(Path folder) {
    file = folder.resolve(FILE);
  }

  /** True when there is something to give back, be it "none ran". */
  boolean exists() {
    return Files.exists(file);
  }

  /** The daemons that ran; empty also when there is no record. */
  List<KernelDaemon> read() throws IOException {
    if (!exists()) {
      return List.of();
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    List<KernelDaemon> daemons = new ArrayList<>();
    for (SyncRole role : SyncRole.values()) {
      String value = properties.getProperty(role.label(), "");
      if (!value.isBlank()) {
        daemons.add(parse(role, value.strip().split(" +")));
      }
    }
    return daemons;
  }

  private KernelDaemon parse(SyncRole role, String[] words) throws IOException {
    try {
      return new KernelDaemon(
          role, words[0], Integer.parseInt(words[1]), List.of(words).subList(2, words.length));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException(file + " is damaged: remove it", e);
    }
  }

  /** Writes at one blow, safe against a crash. */
  void write(Collection<KernelDaemon> daemons) throws IOException {
    Properties properties = new Properties();
    for (KernelDaemon daemon : daemons) {
      properties.setProperty(
          daemon.role().label(),
          daemon.mcastInterface()
              + " "
              + daemon.syncId()
              + " "
              + String.join(" ", daemon.options()));
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    properties.store(content, COMMENT);
    Path next = file.resolveSibling(FILE + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content.toByteArray());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Everything is given back. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
