package org.ipvssync.command.capture;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Packets of a capture file, one after another. One thread. */
abstract class CaptureReader implements Closeable {
  /** Longest packet, and block of a pcapng file, that is believed; tcpdump's own limit is less. */
  static final int MAX_BYTES = 16 << 20;

  private static final int MAGIC_BYTES = 4;

  private final InputStream in;

  CaptureReader(InputStream in) {
    this.in = in;
  }

  /**
   * Opens a file of either format.
   *
   * @throws CaptureException when it cannot be read, or is no capture
   */
  static CaptureReader open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new CaptureException(file + ": a directory, not a capture file");
    }
    try {
      return of(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    } catch (NoSuchFileException e) {
      throw new CaptureException("no such file: " + file);
    } catch (AccessDeniedException e) {
      throw new CaptureException("no permission to read " + file);
    } catch (CaptureException e) {
      throw new CaptureException(file + ": " + e.getMessage());
    }
  }

  /** Reads either format; closes the stream when it is neither. */
  static CaptureReader of(InputStream in) throws IOException {
    byte[] begin = in.readNBytes(MAGIC_BYTES);
    if (begin.length == MAGIC_BYTES) {
      int magic = ByteBuffer.wrap(begin).getInt();
      if (magic == PcapngReader.SECTION_HEADER) {
        return new PcapngReader(in);
      }
      PcapReader pcap = PcapReader.begin(in, magic);
      if (pcap != null) {
        return pcap;
      }
    }
    in.close();
    throw new CaptureException("not a capture file (pcap or pcapng)");
  }

  /**
   * The next packet, or null at the end.
   *
   * @throws CaptureException when the file is cut short or damaged
   */
  abstract Packet next() throws IOException;

  /** Reads exactly so many bytes; null when the file ends before the first. */
  final ByteBuffer read(int count, ByteOrder order) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length == 0 && count > 0) {
      return null;
    }
    if (bytes.length < count) {
      throw cutShort();
    }
    return ByteBuffer.wrap(bytes).order(order);
  }

  /** As {@link #read}, in the middle of something. */
  final ByteBuffer readMore(int count, ByteOrder order) throws IOException {
    ByteBuffer bytes = read(count, order);
    if (bytes == null) {
      throw cutShort();
    }
    return bytes;
  }

  private static CaptureException cutShort() {
    return new CaptureException("the file is cut short: its last packet is not whole");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
