package org.ipvssync.kernel.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

  /** The boot of the machine in which they ran: a daemon ends with it. */
  private static final String BOOT = "boot";

  private final Path file;
  private final String bootId;

  /**
   * In that folder.
   *
   * @param bootId tells this boot of the machine from others; empty when that is not known
   */
  DaemonRecord(Path folder, String bootId) {
    this.file = folder.resolve(FILE);
    this.bootId = bootId;
  }

  /** True when there is something to give back, be it "none ran". */
  boolean exists() throws IOException {
    return load() != null;
  }

  /** What the file says; null when there is none, or one of another boot. */
  private Properties load() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
    String boot = properties.getProperty(BOOT, "");
    return boot.equals(bootId) || boot.isEmpty() || bootId.isEmpty() ? properties : null;
  }

  private IOException damaged(RuntimeException why) {
    return new IOException(file + " is damaged: remove it", why);
  }

  /** The daemons that ran; empty also when there is no record. */
  List<KernelDaemon> read() throws IOException {
    Properties properties = load();
    if (properties == null) {
      return List.of();
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
      throw damaged(e);
    }
  }

  /** Writes at one blow, safe against a crash. */
  void write(Collection<KernelDaemon> daemons) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(BOOT, bootId);
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
