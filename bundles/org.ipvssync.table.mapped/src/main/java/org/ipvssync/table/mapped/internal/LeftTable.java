package org.ipvssync.table.mapped.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.ipvssync.table.segment.DamagedTableException;
import org.ipvssync.table.segment.TableLayout;
import org.ipvssync.table.segment.TableSalvage;

/**
 * The file that another process has left, judged before anything of it is used.
 *
 * <ul>
 *   <li>Closed: the checksum of all its content must agree.
 *   <li>Not closed, and the machine has not stopped since: the process was killed. Every store that
 *       it had made is there, so that what {@link TableSalvage} looks at must agree.
 *   <li>Not closed, and the machine has stopped: its pages are of different ages. Not used.
 * </ul>
 *
 * <p>Mapped so that nothing that is done here reaches the file.
 */
final class LeftTable implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final FileHeader header;
  private final TableSalvage salvage;

  /**
   * Looks at all of a file.
   *
   * @param channel locked
   * @param bootId which start of the machine this is; empty if not known
   * @throws DamagedTableException when the file is not to be trusted
   * @throws IOException when it cannot be mapped now, which says nothing about its content
   */
  LeftTable(FileChannel channel, String bootId) throws IOException, DamagedTableException {
    try {
      long bytes = channel.size();
      check(bytes > FileHeader.BYTES, "it has only " + bytes + " bytes");
      MemorySegment file = channel.map(MapMode.PRIVATE, 0, bytes, arena);
      this.header = new FileHeader(file);
      TableLayout layout = checkHeader(bytes);
      if (header.isMarkedClean()) {
        check(header.contentIsSound(layout), "its checksum is wrong");
      } else {
        check(
            !bootId.isEmpty() && header.bootId().equals(bootId),
            "it was not closed before the machine stopped");
      }
      this.salvage = new TableSalvage(header.table(), layout, header.seed(), header.journal());
      check(salvage.size() == 0 || header.hasBeat(), "it does not say when it was in use");
    } catch (IOException | DamagedTableException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private TableLayout checkHeader(long bytes) throws DamagedTableException {
    check(header.hasMagic(), "it is no connection table of such a machine");
    check(
        header.version() == FileHeader.VERSION,
        "its format is version " + header.version() + ", not " + FileHeader.VERSION);
    check(header.constantsAreSound(), "its header is damaged");
    check(
        header.capacity() > 0 && header.capacity() <= TableLayout.MAX_CAPACITY,
        "its header is damaged");
    TableLayout layout = new TableLayout(header.capacity());
    check(
        bytes == header.statedBytes() && bytes == FileHeader.fileBytes(layout),
        "it has " + bytes + " bytes, not " + FileHeader.fileBytes(layout));
    return layout;
  }

  private static void check(boolean right, String reason) throws DamagedTableException {
    if (!right) {
      throw new DamagedTableException(reason);
    }
  }

  /** The entries. */
  TableSalvage entries() {
    return salvage;
  }

  /**
   * What the table's time would be: that of the last heartbeat and what has passed since by the
   * wall clock, which passes nothing when it went back.
   */
  long tableMs(long wallMs) {
    return header.hasBeat() ? header.beatTableMs() + Math.max(0, wallMs - header.beatWallMs()) : 0;
  }

  @Override
  public void close() {
    arena.close();
  }
}
