package org.ipvssync.table.mapped.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.table.ConnTable;
import org.ipvssync.table.mapped.internal.SeededFeed.Step;

/**
 * Applies seeded batches and says how many are done, until it is killed: by a thread of its own,
 * because the moments between two instructions are too short to be met from outside.
 */
final class DoomedProcess {
  private static final VarHandle DONE = JAVA_LONG.varHandle();
  private static final int SIGKILL = 9;
  private static final int FURTHER = 200;

  private DoomedProcess() {}

  /** The file, the seed, the file that gets the number of batches, after how many to kill, when. */
  public static void main(String[] args) throws IOException {
    SeededFeed feed = new SeededFeed(Long.parseLong(args[1]));
    long enough = Long.parseLong(args[3]);
    long[] wallMs = {feed.wallMs()};
    MappedTables tables =
        new MappedTables(Path.of(args[0]), SeededFeed.CAPACITY, () -> wallMs[0], MappedFolder.BOOT);
    ConnTable table = tables.restore(feed.nowMs());
    // Made before, so that nearly all the time is spent in the table.
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < enough + FURTHER; i++) {
      steps.add(feed.step());
    }
    MemorySegment progress = map(Path.of(args[2]), Arena.global());
    Thread.ofPlatform().start(() -> kill(progress, enough, Long.parseLong(args[4])));
    LinkCounters counters = new LinkCounters();
    for (Step step : steps) {
      wallMs[0] = SeededFeed.WALL_AT_ZERO_MS + step.nowMs();
      step.applyTo(table, counters);
      DONE.setVolatile(progress, 0L, done(progress) + 1);
    }
    LockSupport.park(); // too late
  }

  /** Ends the process as kill -9 does, some nanoseconds after so many batches. */
  @SuppressWarnings("restricted")
  private static void kill(MemorySegment progress, long enough, long nanos) {
    MethodHandle kill =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    int self = (int) ProcessHandle.current().pid();
    while (done(progress) < enough) {
      Thread.onSpinWait();
    }
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
      Thread.onSpinWait();
    }
    try {
      int unused = (int) kill.invokeExact(self, SIGKILL);
    } catch (Throwable e) {
      throw new AssertionError("kill throws nothing", e);
    }
  }

  /** The number of batches, shared without a call that would take most of the time. */
  static MemorySegment map(Path progress, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            progress,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, JAVA_LONG.byteSize(), arena);
    }
  }

  /** How many are done. */
  static long done(MemorySegment progress) {
    return (long) DONE.getVolatile(progress, 0L);
  }
}
