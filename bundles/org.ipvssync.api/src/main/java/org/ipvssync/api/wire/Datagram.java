package org.ipvssync.api.wire;

import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One datagram in a buffer that its maker owns and uses again and again.
 *
 * <p>The same memory is seen as a {@link ByteBuffer} by channels and as a {@link MemorySegment} by
 * codecs. Not thread-safe.
 */
public final class Datagram {
  /** Longest UDP payload over IPv4, bytes. */
  public static final int MAX_BYTES = 65_507;

  private final ByteBuffer buffer;
  private final MemorySegment segment;
  private int length;
  private SocketAddress source;

  /**
   * An empty datagram.
   *
   * @param capacity most bytes, 1 to {@link #MAX_BYTES}
   */
  public Datagram(int capacity) {
    if (capacity < 1 || capacity > MAX_BYTES) {
      throw new IllegalArgumentException("capacity must be 1 to " + MAX_BYTES);
    }
    buffer = ByteBuffer.allocateDirect(capacity);
    segment = MemorySegment.ofBuffer(buffer);
  }

  /** A datagram that holds a copy of {@code bytes}; for tests and tools. */
  public static Datagram of(byte[] bytes) {
    Datagram made = new Datagram(Math.max(1, bytes.length));
    made.set(bytes, 0, bytes.length);
    return made;
  }

  /** Replaces the content by a copy of {@code count} bytes of {@code from}. */
  public void set(byte[] from, int offset, int count) {
    MemorySegment.copy(MemorySegment.ofArray(from), offset, segment, 0, count);
    length = count;
  }

  /** The memory, whole; bytes from {@link #length()} on mean nothing. */
  public MemorySegment segment() {
    return segment;
  }

  /** The memory as a buffer; position and limit are whatever the last user left. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Most bytes that fit. */
  public int capacity() {
    return buffer.capacity();
  }

  /** Bytes of the datagram. */
  public int length() {
    return length;
  }

  /** Sets how many bytes the datagram has. */
  public void setLength(int length) {
    this.length = length;
  }

  /** Where the datagram came from; null when its receiver does not say. */
  public SocketAddress source() {
    return source;
  }

  /** Says where the datagram came from. */
  public void setSource(SocketAddress source) {
    this.source = source;
  }

  /** A copy of the datagram's bytes; for tests and tools. */
  public byte[] toBytes() {
    byte[] copy = new byte[length];
    MemorySegment.copy(segment, 0, MemorySegment.ofArray(copy), 0, length);
    return copy;
  }
}
