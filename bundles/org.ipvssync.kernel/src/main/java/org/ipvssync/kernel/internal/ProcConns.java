package org.ipvssync.kernel.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;

/**
 * Reads {@code /proc/net/ip_vs_conn} or {@code ip_vs_conn_sync} as it comes, in bounded memory.
 *
 * <pre>
 *   Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
 *   TCP C0A83265 AC5F C0A832C8 0050 AC100915 0050 ESTABLISHED     892
 *   UDP C0A83267 0000 C0A832C8 13C4 AC100916 13C4 NONE            297 sip call-0008@client
 * </pre>
 *
 * <p>Which column is which behind the ports says the first line; columns that are new are passed
 * over. A row becomes a record with key, destination, state and remaining milliseconds, with
 * persistence data if it has some, and the flag SYNC if the file says so; {@link RowCompletion}
 * adds what the file does not say. Not thread-safe.
 */
final class ProcConns {
  /** Takes rows. */
  @FunctionalInterface
  interface Rows {
    /** Takes a batch, which is cleared afterwards. */
    void take(ConnBatch rows) throws IOException;
  }

  private static final int BUFFER = 1 << 16;
  private static final int MAX_COLUMNS = 24;
  private static final int STATE_TEMPLATE_ASSURED = 1;
  private static final int TCP_NUMBER = ConnProtocol.TCP.number();
  private static final int UDP_NUMBER = ConnProtocol.UDP.number();
  private static final int SCTP_NUMBER = ConnProtocol.SCTP.number();
  private static final int ICMP_NUMBER = 1;
  private static final int ICMPV6_NUMBER = 58;
  private static final ConnProtocol[] PROTOCOLS = ConnProtocol.values();
  private static final byte[][][] STATES = new byte[PROTOCOLS.length][][];

  static {
    for (int p = 0; p < PROTOCOLS.length; p++) {
      STATES[p] = new byte[PROTOCOLS[p].numStates()][];
      for (int s = 0; s < STATES[p].length; s++) {
        STATES[p][s] = bytes(ConnProtocol.stateName(PROTOCOLS[p].number(), 0, s));
      }
    }
  }

  private static final byte[] TCP_NAME = bytes("TCP");
  private static final byte[] UDP_NAME = bytes("UDP");
  private static final byte[] NONE = bytes("NONE");
  private static final byte[] ASSURED = bytes("ASSURED");
  private static final byte[] NO_NAME = bytes("ERR!");
  private static final byte[] SYNC = bytes("SYNC");

  private final byte[] buffer = new byte[BUFFER];
  private final MemorySegment memory = MemorySegment.ofArray(buffer);
  private final int[] from = new int[MAX_COLUMNS];
  private final int[] to = new int[MAX_COLUMNS];
  private final ConnBatch batch = new ConnBatch();
  private int lineEnd;
  private int stateAt;
  private int originAt;
  private int expiresAt;
  private int peNameAt;
  private int peDataAt;
  private boolean headed;
  private long rows;
  private long badLines;

  /** Rows of the last file. */
  long rows() {
    return rows;
  }

  /** Lines of the last file that were not understood. */
  long badLines() {
    return badLines;
  }

  /**
   * Reads a file to its end.
   *
   * @throws IOException also when its first line is not understood
   */
  void read(InputStream in, Rows sink) throws IOException {
    rows = 0;
    badLines = 0;
    headed = false;
    batch.clear();
    int filled = 0;
    boolean passOver = false;
    for (int got = in.read(buffer, 0, BUFFER); got >= 0; ) {
      filled += got;
      int start = 0;
      for (int i = filled - got; i < filled; i++) {
        if (buffer[i] == '\n') {
          if (!passOver) {
            line(start, i, sink);
          }
          passOver = false;
          start = i + 1;
        }
      }
      filled -= start;
      System.arraycopy(buffer, start, buffer, 0, filled);
      if (filled == BUFFER) {
        badLines += passOver ? 0 : 1;
        passOver = true;
        filled = 0;
      }
      got = in.read(buffer, filled, BUFFER - filled);
    }
    give(sink);
  }

  private void line(int start, int end, Rows sink) throws IOException {
    int columns = split(start, end);
    lineEnd = end;
    if (!headed) {
      header(columns);
      headed = true;
    } else if (columns > 0) {
      int index = batch.add();
      if (row(columns, index)) {
        rows++;
      } else {
        batch.removeLast();
        badLines++;
      }
      if (batch.isFull()) {
        give(sink);
      }
    }
  }

  private void give(Rows sink) throws IOException {
    if (batch.size() > 0) {
      sink.take(batch);
      batch.clear();
    }
  }

  private int split(int start, int end) {
    int columns = 0;
    int i = start;
    while (i < end && columns < MAX_COLUMNS) {
      while (i < end && buffer[i] == ' ') {
        i++;
      }
      if (i < end) {
        from[columns] = i;
        while (i < end && buffer[i] != ' ') {
          i++;
        }
        to[columns++] = i;
      }
    }
    return columns;
  }

  private void header(int columns) throws IOException {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      names.add(new String(buffer, from[c], to[c] - from[c], StandardCharsets.ISO_8859_1));
    }
    stateAt = names.indexOf("State");
    originAt = names.indexOf("Origin");
    expiresAt = names.indexOf("Expires");
    peNameAt = names.indexOf("PEName");
    peDataAt = names.indexOf("PEData");
    if (stateAt < 7 || expiresAt < 7) {
      throw new IOException("the kernel's list of connections has another form: " + names);
    }
  }

  private boolean row(int columns, int index) {
    if (columns <= Math.max(stateAt, expiresAt)) {
      return false;
    }
    int protocol = protocolOf(0);
    int state = protocol < 0 ? -1 : state(protocol);
    long seconds = decimal(expiresAt);
    boolean ipv6 = to[1] - from[1] > 8;
    int cport = port(2);
    int vport = port(4);
    int dport = port(6);
    if (state < 0 || seconds < 0 || cport < 0 || vport < 0 || dport < 0) {
      return false;
    }
    for (int word = 0; word < (ipv6 ? 4 : 1); word++) {
      long caddr = word(1, word, ipv6);
      long vaddr = word(3, word, ipv6);
      long daddr = word(5, word, ipv6);
      if (caddr < 0 || vaddr < 0 || daddr < 0) {
        return false;
      }
      batch.setCaddrWord(index, word, AddressWords.word((int) caddr));
      batch.setVaddrWord(index, word, AddressWords.word((int) vaddr));
      batch.setDaddrWord(index, word, AddressWords.word((int) daddr));
    }
    batch.setIpv6(index, ipv6);
    batch.setProtocol(index, protocol);
    batch.setPorts(index, cport, vport, dport);
    batch.setState(index, state);
    batch.setExpiresMs(index, seconds * 1000);
    // A protocol whose first state has another name has no NONE of its own.
    boolean template =
        is(stateAt, ASSURED)
            || is(stateAt, NONE) && protocol != TCP_NUMBER && protocol != SCTP_NUMBER;
    boolean sync = originAt >= 0 && is(originAt, SYNC);
    batch.setFlags(index, (template ? ConnFlags.TEMPLATE : 0) | (sync ? ConnFlags.SYNC : 0));
    return pe(columns, index);
  }

  private boolean pe(int columns, int index) {
    if (peNameAt < 0 || peDataAt != peNameAt + 1 || columns <= peNameAt) {
      return true;
    }
    int nameLength = to[peNameAt] - from[peNameAt];
    // Data may have blanks in it: it is the rest of the line.
    int dataLength = columns > peDataAt ? lineEnd - from[peDataAt] : 0;
    if (nameLength > ConnBatch.PE_NAME_MAX || dataLength > ConnBatch.PE_DATA_MAX) {
      return false;
    }
    batch.setPe(
        index,
        memory,
        from[Math.min(peDataAt, columns - 1)],
        dataLength,
        from[peNameAt],
        nameLength);
    return true;
  }

  private int state(int protocol) {
    if (is(stateAt, NONE)) {
      return 0;
    }
    if (is(stateAt, ASSURED)) {
      return STATE_TEMPLATE_ASSURED;
    }
    for (int p = 0; p < PROTOCOLS.length; p++) {
      if (PROTOCOLS[p].number() == protocol) {
        for (int s = 0; s < STATES[p].length; s++) {
          if (is(stateAt, STATES[p][s])) {
            return s;
          }
        }
      }
    }
    return is(stateAt, NO_NAME) ? 0 : -1;
  }

  private boolean is(int column, byte[] text) {
    int length = to[column] - from[column];
    if (length != text.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer[from[column] + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  private int protocolOf(int column) {
    int first = buffer[from[column]];
    if (to[column] - from[column] == 3 && (first == 'T' || first == 'U')) {
      return is(column, TCP_NAME) ? TCP_NUMBER : is(column, UDP_NAME) ? UDP_NUMBER : -1;
    }
    return protocol(
        new String(buffer, from[column], to[column] - from[column], StandardCharsets.ISO_8859_1));
  }

  /** The number of a protocol that /proc prints so; -1 when there is none. */
  static int protocol(String name) {
    return switch (name) {
      case "TCP" -> TCP_NUMBER;
      case "UDP" -> UDP_NUMBER;
      case "SCTP" -> SCTP_NUMBER;
      case "IP" -> 0;
      case "ICMP" -> ICMP_NUMBER;
      case "ICMPv6" -> ICMPV6_NUMBER;
      default -> numbered(name);
    };
  }

  private static int numbered(String name) {
    try {
      int number = name.startsWith("IP_") ? Integer.parseInt(name.substring(3)) : -1;
      return number > 255 ? -1 : number;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private int port(int column) {
    return to[column] - from[column] == 4 ? (int) hex(from[column], 4) : -1;
  }

  /** Four bytes of an address: XXXXXXXX, or the word-th pair of eight groups XXXX:XXXX:... */
  private long word(int column, int word, boolean ipv6) {
    int length = to[column] - from[column];
    if (!ipv6) {
      return length == 8 ? hex(from[column], 8) : -1;
    }
    int at = from[column] + 10 * word;
    if (length != 39 || buffer[at + 4] != ':') {
      return -1;
    }
    long high = hex(at, 4);
    long low = hex(at + 5, 4);
    return high < 0 || low < 0 ? -1 : high << 16 | low;
  }

  private long hex(int at, int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(memory.get(JAVA_BYTE, at + i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private long decimal(int column) {
    long value = 0;
    int length = to[column] - from[column];
    for (int i = from[column]; i < to[column]; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9 || length > 12) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
