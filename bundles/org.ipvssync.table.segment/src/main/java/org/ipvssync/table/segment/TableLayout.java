package org.ipvssync.table.segment;

/**
 * Where everything of a table lies in its one segment. Only offsets, no addresses, so that the same
 * bytes work wherever they are mapped.
 *
 * <pre>
 *   header | wheel bits | wheel heads | buckets | slots | extensions
 *    128 B    1.25 KiB      40 KiB      4 B * 2n  64 B*n    64 B*2n      n = capacity
 * </pre>
 *
 * <p>Every reference to a slot or an extension is its index plus one, 0 is none: a segment of zeros
 * is an empty table, and memory that nothing was written to need not exist.
 *
 * <p>An IPv4 connection takes a slot and two buckets' worth of heads, 72 bytes; an IPv6 connection
 * 64 more. Extensions are twice the capacity, so that every connection may be IPv6 and still half
 * of them are left for sequence and persistence data; what is never used costs address space only.
 */
public final class TableLayout {
  /** Bytes of a slot, one cache line. */
  public static final int SLOT_BYTES = 64;

  /** Bytes of an extension. */
  static final int EXTENSION_BYTES = 64;

  /** Fewest connections that a provider's configuration may ask for. */
  public static final int MIN_CONNECTIONS = 1_000;

  /** Most connections that a provider's configuration may ask for. */
  public static final int MAX_CONNECTIONS = 50_000_000;

  /** Most entries that a layout may be made for: extensions are counted in an int. */
  public static final int MAX_CAPACITY = 1 << 29;

  // The header: one long or int each.
  static final long BASE_MS = 0;
  static final long WHEEL_TICK = BASE_MS + 8;
  static final long STARTED = WHEEL_TICK + 8;
  static final long SIZE = STARTED + 4;
  static final long TEMPLATES = SIZE + 4;
  static final long NO_CPORTS = TEMPLATES + 4;
  static final long SLOTS_TOUCHED = NO_CPORTS + 4;
  static final long FREE_SLOT = SLOTS_TOUCHED + 4;
  static final long EXTENSIONS_USED = FREE_SLOT + 4;
  static final long EXTENSIONS_TOUCHED = EXTENSIONS_USED + 4;
  static final long FREE_EXTENSION = EXTENSIONS_TOUCHED + 4;
  static final long HEADER_BYTES = 128;

  /** One bit a bucket of the wheel: is anything in it. */
  static final long WHEEL_BITS = HEADER_BYTES;

  /** The first entry of each bucket of the wheel. */
  static final long WHEEL_HEADS = WHEEL_BITS + TimingWheel.BUCKETS / 8;

  /** The first entry of each bucket of the hash. */
  static final long BUCKETS = WHEEL_HEADS + 4L * TimingWheel.BUCKETS;

  private final int capacity;
  private final int buckets;
  private final int extensions;
  private final long slotsAt;
  private final long extensionsAt;

  /**
   * A layout for a table.
   *
   * @param capacity most entries, 1 to {@link #MAX_CAPACITY}; need not be a power of two
   */
  public TableLayout(int capacity) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException("capacity is 1 to " + MAX_CAPACITY + ", not " + capacity);
    }
    this.capacity = capacity;
    this.buckets = 2 * capacity;
    this.extensions = 2 * capacity;
    this.slotsAt = roundUp(BUCKETS + 4L * buckets, SLOT_BYTES);
    this.extensionsAt = slotsAt + (long) capacity * SLOT_BYTES;
  }

  /** Most entries. */
  public int capacity() {
    return capacity;
  }

  int buckets() {
    return buckets;
  }

  int extensions() {
    return extensions;
  }

  /** Where slot {@code index} begins. */
  long slot(int index) {
    return slotsAt + (long) index * SLOT_BYTES;
  }

  /** Where extension {@code index} begins. */
  long extension(int index) {
    return extensionsAt + (long) index * EXTENSION_BYTES;
  }

  /** Size of the whole segment. */
  public long bytes() {
    return extensionsAt + (long) extensions * EXTENSION_BYTES;
  }

  private static long roundUp(long value, long to) {
    return (value + to - 1) / to * to;
  }
}
