package org.ipvssync.table.mapped.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.ipvssync.table.segment.TableLayout;
import org.ipvssync.table.segment.TableSalvage;

/**
 * The first page of a table's file; the table itself lies behind it.
 *
 * <pre>
 *   0       8         12         16      24     32        72    76
 *   +-------+---------+----------+-------+------+---------+-----+
 *   | magic | version | capacity | bytes | seed | boot id | crc |  written once
 *   +-------+---------+----------+-------+------+---------+-----+
 *   128                          160                          192         200
 *   +----------------------------+----------------------------+-----------+-----+
 *   | table ms, wall ms, no, crc | table ms, wall ms, no, crc | clean mark| crc |
 *   +----------------------------+----------------------------+-----------+-----+
 *   512 journal: the entry that is being changed, see EntryJournal
 * </pre>
 *
 * <p>The two heartbeats are written in turn, so that one of them is always whole. The clean mark
 * stands there only when the table was closed; its crc is of everything before it and of the used
 * parts of the table. Numbers are in the machine's byte order, so that a file of a machine of
 * another order has another magic.
 */
final class FileHeader {
  static final long BYTES = 4096;

  /** Raise it with every change of what lies where, in the table too. */
  static final int VERSION = 1;

  private static final long MAGIC = 0x4950_5653_5442_4c31L; // "IPVSTBL1"
  private static final long CLEAN = 0x636c_6f73_6564_2e0aL; // "closed."
  private static final int BOOT_ID_BYTES = 40;

  private static final long MAGIC_AT = 0;
  static final long VERSION_AT = MAGIC_AT + 8;
  private static final long CAPACITY = VERSION_AT + 4;
  private static final long FILE_BYTES = CAPACITY + 4;
  private static final long SEED = FILE_BYTES + 8;
  private static final long BOOT_ID = SEED + 8;
  private static final long CONSTANTS_CRC = BOOT_ID + BOOT_ID_BYTES;

  static final long HEARTBEATS = 128;
  private static final long HEARTBEAT_BYTES = 32;
  private static final long WALL = 8;
  private static final long NUMBER = 16;
  private static final long HEARTBEAT_CRC = 24;

  static final long CLEAN_MARK = HEARTBEATS + 2 * HEARTBEAT_BYTES;
  private static final long CONTENT_CRC = CLEAN_MARK + 8;
  private static final long JOURNAL = 512;

  private final MemorySegment file;
  private final CRC32C crc = new CRC32C();
  private final byte[] beat = new byte[(int) HEARTBEAT_CRC];
  private long beats;

  /** The header of a whole file. */
  FileHeader(MemorySegment file) {
    this.file = file;
  }

  static long fileBytes(TableLayout layout) {
    return BYTES + layout.bytes();
  }

  // ---- written once -----------------------------------------------------------------------

  void writeConstants(int capacity, long seed, String bootId) {
    file.set(JAVA_LONG, MAGIC_AT, MAGIC);
    file.set(JAVA_INT, VERSION_AT, VERSION);
    file.set(JAVA_INT, CAPACITY, capacity);
    file.set(JAVA_LONG, FILE_BYTES, file.byteSize());
    file.set(JAVA_LONG, SEED, seed);
    byte[] id = Arrays.copyOf(bootId.getBytes(StandardCharsets.US_ASCII), BOOT_ID_BYTES);
    MemorySegment.copy(id, 0, file, JAVA_BYTE, BOOT_ID, id.length);
    file.set(JAVA_INT, CONSTANTS_CRC, crc(0, CONSTANTS_CRC));
  }

  boolean hasMagic() {
    return file.get(JAVA_LONG, MAGIC_AT) == MAGIC;
  }

  int version() {
    return file.get(JAVA_INT, VERSION_AT);
  }

  boolean constantsAreSound() {
    return file.get(JAVA_INT, CONSTANTS_CRC) == crc(0, CONSTANTS_CRC);
  }

  int capacity() {
    return file.get(JAVA_INT, CAPACITY);
  }

  long statedBytes() {
    return file.get(JAVA_LONG, FILE_BYTES);
  }

  long seed() {
    return file.get(JAVA_LONG, SEED);
  }

  String bootId() {
    byte[] id = file.asSlice(BOOT_ID, BOOT_ID_BYTES).toArray(JAVA_BYTE);
    return new String(id, StandardCharsets.US_ASCII).replace("\0", "");
  }

  // ---- the parts --------------------------------------------------------------------------

  MemorySegment table() {
    return file.asSlice(BYTES, file.byteSize() - BYTES);
  }

  MemorySegment journal() {
    return file.asSlice(JOURNAL, TableSalvage.JOURNAL_BYTES);
  }

  // ---- heartbeat --------------------------------------------------------------------------

  /** Writes down that the table's time and the wall clock are these now. */
  void beat(long tableMs, long wallMs) {
    long at = HEARTBEATS + (++beats & 1) * HEARTBEAT_BYTES;
    file.set(JAVA_LONG, at, tableMs);
    file.set(JAVA_LONG, at + WALL, wallMs);
    file.set(JAVA_LONG, at + NUMBER, beats);
    file.set(JAVA_INT, at + HEARTBEAT_CRC, beatCrc(at));
    // The other one must not be touched before this one is whole.
    VarHandle.storeStoreFence();
  }

  /** Allocates nothing, as {@link #crc} does. */
  private int beatCrc(long at) {
    MemorySegment.copy(file, JAVA_BYTE, at, beat, 0, beat.length);
    crc.reset();
    crc.update(beat, 0, beat.length);
    return (int) crc.getValue();
  }

  /** Where the last whole heartbeat stands; 0 when there is none. */
  private long lastBeat() {
    long last = 0;
    for (long at = HEARTBEATS; at < CLEAN_MARK; at += HEARTBEAT_BYTES) {
      boolean whole =
          file.get(JAVA_LONG, at + NUMBER) > 0
              && file.get(JAVA_INT, at + HEARTBEAT_CRC) == beatCrc(at);
      if (whole
          && (last == 0 || file.get(JAVA_LONG, at + NUMBER) > file.get(JAVA_LONG, last + NUMBER))) {
        last = at;
      }
    }
    return last;
  }

  boolean hasBeat() {
    return lastBeat() != 0;
  }

  /** The table's time at the last heartbeat. */
  long beatTableMs() {
    return file.get(JAVA_LONG, lastBeat());
  }

  /** The wall clock at the last heartbeat. */
  long beatWallMs() {
    return file.get(JAVA_LONG, lastBeat() + WALL);
  }

  // ---- the end ----------------------------------------------------------------------------

  /** Waits until all of the file is on the disk. */
  void force() {
    file.force();
  }

  /** Says that the table was closed; nothing may be written afterwards. */
  void markClean(TableLayout layout) {
    file.set(JAVA_INT, CONTENT_CRC, contentCrc(layout));
    VarHandle.storeStoreFence();
    file.set(JAVA_LONG, CLEAN_MARK, CLEAN);
  }

  boolean isMarkedClean() {
    return file.get(JAVA_LONG, CLEAN_MARK) == CLEAN;
  }

  boolean contentIsSound(TableLayout layout) {
    return file.get(JAVA_INT, CONTENT_CRC) == contentCrc(layout);
  }

  private int contentCrc(TableLayout layout) {
    MemorySegment table = table();
    crc.reset();
    update(0, CLEAN_MARK);
    update(JOURNAL, JOURNAL + TableSalvage.JOURNAL_BYTES);
    update(BYTES, BYTES + TableSalvage.usedSlotBytes(table, layout));
    update(
        BYTES + TableSalvage.extensionsFrom(layout),
        BYTES + TableSalvage.extensionsTo(table, layout));
    return (int) crc.getValue();
  }

  private int crc(long from, long to) {
    crc.reset();
    update(from, to);
    return (int) crc.getValue();
  }

  /** In pieces: a buffer is 2 GiB at most. */
  private void update(long from, long to) {
    for (long at = from; at < to; at += 1 << 30) {
      crc.update(file.asSlice(at, Math.min(to - at, 1 << 30)).asByteBuffer());
    }
  }
}
