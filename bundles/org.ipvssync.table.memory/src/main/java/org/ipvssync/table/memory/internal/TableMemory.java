package org.ipvssync.table.memory.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.ipvssync.table.segment.NativeCall;
import org.ipvssync.table.segment.TableLayout;

/**
 * Zeroed memory for a table that the machine provides page by page, when a page is first written.
 *
 * <p>{@code Arena.allocate} would write zeros over all of it at once, and an idle node for a
 * million connections would hold 200 MB that nobody needs. So the memory is mapped with {@code
 * mmap(2)}: anonymous pages are zero without being there. {@code calloc} of the C library does the
 * same for large sizes, but it can neither promise it nor ask for MAP_NORESERVE, without which a
 * machine refuses a table larger than its free memory that will never fill up.
 *
 * <p>A lookup goes anywhere in the table, so nearly each meets a page whose address the machine has
 * to look up first; with pages of 2 MiB ({@code madvise(2)}, MADV_HUGEPAGE) it hardly has to. An
 * empty table takes no more for it; one that is nearly empty takes its whole hash, 8 bytes for each
 * entry there may be. A machine without such pages ({@code never} in
 * /sys/kernel/mm/transparent_hugepage/enabled) gives what it has.
 *
 * <p>Where the call is not possible (another system, another machine whose constants differ, native
 * access denied) the memory comes from an arena and is simply all there from the start.
 */
final class TableMemory implements AutoCloseable {
  // <sys/mman.h> of Linux; these values hold on the machines of LAZY_MACHINES.
  private static final int PROT_READ_WRITE = 0x1 | 0x2;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
  private static final long MAP_FAILED = -1;
  private static final int MADV_HUGEPAGE = 14;
  private static final Set<String> LAZY_MACHINES = Set.of("amd64", "aarch64", "riscv64");

  /**
   * Of a huge page; a table begins at a multiple of it. Larger ones would take too much at once.
   */
  private static final long HUGE_PAGE_BYTES = 2 << 20;

  private static final Path HUGE_PAGE_SIZE =
      Path.of("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");

  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final boolean lazy;

  /**
   * Reserves memory.
   *
   * @param bytes how much, a multiple of 64
   * @throws IllegalStateException when the machine refuses it; says what to do
   */
  TableMemory(long bytes) {
    MemorySegment mapped = map(bytes, arena);
    this.lazy = mapped != null;
    this.segment = lazy ? mapped : arena.allocate(bytes, TableLayout.SLOT_BYTES);
  }

  /** The memory; all zeros at first. Ends with {@link #close}. */
  MemorySegment segment() {
    return segment;
  }

  /** True when pages come as they are written, false when all are there already. */
  boolean isLazy() {
    return lazy;
  }

  /** Gives the memory back; every later access fails with IllegalStateException. */
  @Override
  public void close() {
    arena.close();
  }

  @SuppressWarnings("restricted")
  private static MemorySegment map(long bytes, Arena arena) {
    if (!Mapping.areThere()) {
      return null;
    }
    // A huge page's more, so that the table can begin where one does.
    long mappedBytes = bytes + HUGE_PAGE_BYTES;
    MemorySegment start;
    try {
      start =
          (MemorySegment)
              Mapping.MMAP.invokeExact(
                  MemorySegment.NULL,
                  mappedBytes,
                  PROT_READ_WRITE,
                  MAP_PRIVATE_ANONYMOUS_NORESERVE,
                  -1,
                  0L);
    } catch (Throwable e) {
      throw new AssertionError("mmap throws nothing", e);
    }
    if (start.address() == MAP_FAILED) {
      throw new IllegalStateException(
          "the machine refuses "
              + (bytes >> 20)
              + " MiB of address space for the connection table;"
              + " lower maxConnections, or raise the limit (ulimit -v, vm.overcommit_memory)");
    }
    MemorySegment mapped =
        start.reinterpret(mappedBytes, arena, mapping -> unmap(mapping, mappedBytes));
    MemorySegment segment = mapped.asSlice(-start.address() & HUGE_PAGE_BYTES - 1, bytes);
    if (areThereHugePages()) {
      askForHugePages(segment);
    }
    return segment;
  }

  private static boolean areThereHugePages() {
    try {
      return Files.readString(HUGE_PAGE_SIZE).strip().equals(String.valueOf(HUGE_PAGE_BYTES));
    } catch (IOException e) {
      // This kernel has none.
      return false;
    }
  }

  private static void askForHugePages(MemorySegment segment) {
    try {
      // What it answers changes nothing here.
      int unused = (int) Mapping.MADVISE.invokeExact(segment, segment.byteSize(), MADV_HUGEPAGE);
    } catch (Throwable e) {
      throw new AssertionError("madvise throws nothing", e);
    }
  }

  private static void unmap(MemorySegment mapping, long bytes) {
    try {
      int unused = (int) Mapping.MUNMAP.invokeExact(mapping, bytes);
    } catch (Throwable e) {
      throw new AssertionError("munmap throws nothing", e);
    }
  }

  /** The calls, or null where they cannot be made. */
  private static final class Mapping {
    private static final boolean LAZY =
        System.getProperty("os.name").equals("Linux")
            && LAZY_MACHINES.contains(System.getProperty("os.arch"));

    static final MethodHandle MMAP =
        call(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    static final MethodHandle MUNMAP =
        call("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    static final MethodHandle MADVISE =
        call("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    static boolean areThere() {
      return MMAP != null && MUNMAP != null && MADVISE != null;
    }

    private static MethodHandle call(String function, FunctionDescriptor type) {
      return LAZY ? NativeCall.orNull(function, type) : null;
    }
  }
}
