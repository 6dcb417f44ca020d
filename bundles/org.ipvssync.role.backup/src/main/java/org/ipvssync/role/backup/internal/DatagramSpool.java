package org.ipvssync.role.backup.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import org.ipvssync.api.wire.Datagram;

/**
 * Datagrams that wait, in the order in which they came, each with the time of its arrival; bounded
 * in bytes.
 *
 * <pre>
 *  0                  8            16
 *  +------------------+------------+----------------------+
 *  | arrival, nanos   | length     | the datagram         |  up to a multiple of 8
 *  +------------------+------------+----------------------+
 * </pre>
 *
 * <p>Memory is taken block by block while it fills, so that a large bound costs nothing until it is
 * needed, and given back when the last datagram has left. A datagram never crosses a block's end.
 *
 * <p>One thread, but {@link #size}.
 */
final class DatagramSpool implements AutoCloseable {
  /** Bytes of a block; holds the longest datagram a few times over. */
  static final int BLOCK_BYTES = 1 << 18;

  private static final int ARRIVAL = 0;
  private static final int LENGTH = ARRIVAL + 8;
  private static final int BYTES = LENGTH + 8;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final ArrayDeque<Block> used = new ArrayDeque<>();
  private final ArrayDeque<Block> spare = new ArrayDeque<>();
  private Arena arena;
  private Datagram first;
  private boolean firstIsRead;
  private long limitBytes;
  private int blockBytes;
  private int blocks;
  private long added;
  private volatile int size;

  /** No room at first. */
  DatagramSpool() {
    limit(0);
  }

  /**
   * Another bound from now on; what waits already stays.
   *
   * @param bytes most bytes of memory, whole blocks of them; 0 for none
   */
  void limit(long bytes) {
    limitBytes = bytes;
    if (size == 0) {
      blockBytes = (int) Math.min(BLOCK_BYTES, bytes & -8);
    }
  }

  /** The bound, bytes. */
  long limitBytes() {
    return limitBytes;
  }

  /** Any thread: how many datagrams wait. */
  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** How many were ever added. */
  long added() {
    return added;
  }

  /** How many have ever left. */
  long removed() {
    return added - size;
  }

  /** Whether a datagram of so many bytes has room. */
  boolean hasRoom(int length) {
    int needed = needed(length);
    if (!used.isEmpty() && used.getLast().end + needed <= blockBytes) {
      return true;
    }
    return needed <= blockBytes
        && (!spare.isEmpty() || (long) (blocks + 1) * blockBytes <= limitBytes);
  }

  /** Adds a copy at the end; false when there is no room. */
  boolean add(Datagram datagram, long arrivalNanos) {
    int length = datagram.length();
    if (!hasRoom(length)) {
      return false;
    }
    Block block = used.peekLast();
    if (block == null || block.end + needed(length) > blockBytes) {
      block = takeBlock();
      used.addLast(block);
    }
    block.memory.set(LONG, block.end + ARRIVAL, arrivalNanos);
    block.memory.set(LONG, block.end + LENGTH, length);
    MemorySegment.copy(datagram.segment(), 0, block.memory, block.end + BYTES, length);
    block.end += needed(length);
    added++;
    size = size + 1;
    return true;
  }

  /** The one that came first, copied into a buffer of this spool's; there must be one. */
  Datagram first() {
    if (!firstIsRead) {
      Block block = used.getFirst();
      int length = (int) block.memory.get(LONG, block.start + LENGTH);
      MemorySegment.copy(block.memory, block.start + BYTES, first.segment(), 0, length);
      first.setLength(length);
      firstIsRead = true;
    }
    return first;
  }

  /** When the first came. */
  long firstArrivalNanos() {
    Block block = used.getFirst();
    return block.memory.get(LONG, block.start + ARRIVAL);
  }

  /** Takes the first away; gives all memory back with the last. */
  void removeFirst() {
    Block block = used.getFirst();
    block.start += needed((int) block.memory.get(LONG, block.start + LENGTH));
    firstIsRead = false;
    size = size - 1;
    if (size == 0) {
      close();
    } else if (block.start == block.end) {
      used.removeFirst();
      block.start = 0;
      block.end = 0;
      spare.addLast(block);
    }
  }

  /** Forgets all; it can be used again. */
  @Override
  public void close() {
    size = 0;
    used.clear();
    spare.clear();
    blocks = 0;
    first = null;
    firstIsRead = false;
    if (arena != null) {
      arena.close();
      arena = null;
    }
    limit(limitBytes);
  }

  private Block takeBlock() {
    if (arena == null) {
      arena = Arena.ofConfined();
      first = new Datagram(Datagram.MAX_BYTES);
    }
    if (!spare.isEmpty()) {
      return spare.removeFirst();
    }
    Block block = new Block(arena.allocate(blockBytes, Long.BYTES));
    blocks++;
    return block;
  }

  private static int needed(int length) {
    return BYTES + (length + 7 & -8);
  }

  private static final class Block {
    private final MemorySegment memory;
    private int start;
    private int end;

    Block(MemorySegment memory) {
      this.memory = memory;
    }
  }
}
