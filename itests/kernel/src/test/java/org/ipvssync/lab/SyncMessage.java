package org.ipvssync.lab;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sync message to be spoilt: every field of it can be set, right or wrong. What is null or
 * negative is made right when it is encoded. It shares no code with the codecs that it tries.
 */
final class SyncMessage {
  static final int OPTION_SEQ = 1;
  static final int OPTION_PE_DATA = 2;
  static final int OPTION_PE_NAME = 3;
  static final int V0_HEADER = 4;
  static final int V1_HEADER = 8;

  private static final int V0_SEQ_FLAGS = 0x0600;

  /** An option of a version 1 record; its length is that of the data when negative. */
  static final class Option {
    int type;
    int length = -1;
    byte[] data;

    Option(int type, byte[] data) {
      this.type = type;
      this.data = data;
    }

    Option copy() {
      Option copy = new Option(type, data);
      copy.length = length;
      return copy;
    }
  }

  /** A connection. */
  static final class Entry {
    int type;
    int protocol = 6;
    int version;
    int size = -1;
    int flags;
    int state = 1;
    int cport = 1000;
    int vport = 80;
    int dport = 80;
    int fwmark;
    int timeout = 600;
    byte[] caddr;
    byte[] vaddr;
    byte[] daddr;

    /** Of version 1. */
    List<Option> options = new ArrayList<>();

    /** Of version 0: what follows the fixed part, 24 bytes when the flags say so. */
    byte[] seq = {};

    /** Of version 1: bytes up to the next record in place of zeros. */
    byte[] padding = {};

    Entry copy() {
      Entry copy = new Entry();
      copy.type = type;
      copy.protocol = protocol;
      copy.version = version;
      copy.size = size;
      copy.flags = flags;
      copy.state = state;
      copy.cport = cport;
      copy.vport = vport;
      copy.dport = dport;
      copy.fwmark = fwmark;
      copy.timeout = timeout;
      copy.caddr = caddr;
      copy.vaddr = vaddr;
      copy.daddr = daddr;
      options.forEach(option -> copy.options.add(option.copy()));
      copy.seq = seq;
      copy.padding = padding;
      return copy;
    }
  }

  /** 0 or 1: how the records are laid out. */
  int layout;

  int syncId;
  int count = -1;
  int size = -1;
  int reserved;
  int version = 1;
  int spare;
  final List<Entry> entries = new ArrayList<>();
  byte[] tail = {};

  SyncMessage(int layout, int syncId) {
    this.layout = layout;
    this.syncId = syncId;
  }

  SyncMessage copy() {
    SyncMessage copy = new SyncMessage(layout, syncId);
    copy.count = count;
    copy.size = size;
    copy.reserved = reserved;
    copy.version = version;
    copy.spare = spare;
    entries.forEach(entry -> copy.entries.add(entry.copy()));
    copy.tail = tail;
    return copy;
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(65_507);
    out.position(layout == 0 ? V0_HEADER : V1_HEADER);
    for (int i = 0; i < entries.size(); i++) {
      if (layout == 0) {
        putV0(out, entries.get(i));
      } else {
        putV1(out, entries.get(i), i + 1 < entries.size());
      }
    }
    out.put(tail);
    int number = count < 0 ? entries.size() : count;
    int bytes = size < 0 ? out.position() : size;
    if (layout == 0) {
      out.put(0, (byte) number).put(1, (byte) syncId).putShort(2, (short) bytes);
    } else {
      out.put(0, (byte) reserved).put(1, (byte) syncId).putShort(2, (short) bytes);
      out.put(4, (byte) number).put(5, (byte) version).putShort(6, (short) spare);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void putV0(ByteBuffer out, Entry e) {
    out.put((byte) e.type).put((byte) e.protocol);
    out.putShort((short) e.cport).putShort((short) e.vport).putShort((short) e.dport);
    out.put(e.caddr, 0, 4).put(e.vaddr, 0, 4).put(e.daddr, 0, 4);
    out.putShort((short) e.flags).putShort((short) e.state);
    out.put(e.seq);
  }

  private static void putV1(ByteBuffer out, Entry e, boolean pad) {
    int at = out.position();
    out.put((byte) e.type).put((byte) e.protocol).putShort((short) 0).putInt(e.flags);
    out.putShort((short) e.state);
    out.putShort((short) e.cport).putShort((short) e.vport).putShort((short) e.dport);
    out.putInt(e.fwmark).putInt(e.timeout);
    out.put(e.caddr).put(e.vaddr).put(e.daddr);
    for (Option option : e.options) {
      out.put((byte) option.type);
      out.put((byte) (option.length < 0 ? option.data.length : option.length));
      out.put(option.data);
    }
    int bytes = e.size < 0 ? out.position() - at : e.size;
    out.putShort(at + 2, (short) (e.version << 12 | bytes));
    for (int i = 0; pad && out.position() % 4 != 0; i++) {
      out.put(i < e.padding.length ? e.padding[i] : 0);
    }
  }

  /** The message that these bytes are, as far as they are one; null when there is nothing of it. */
  static SyncMessage parse(byte[] bytes) {
    if (bytes.length < V0_HEADER) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean one = bytes.length >= V1_HEADER && in.get(0) == 0 && in.get(5) == 1;
    SyncMessage message = new SyncMessage(one && in.getShort(6) == 0 ? 1 : 0, in.get(1) & 0xff);
    message.size = in.getShort(2) & 0xffff;
    message.count = in.get(message.layout == 0 ? 0 : 4) & 0xff;
    in.position(message.layout == 0 ? V0_HEADER : V1_HEADER);
    for (int i = 0; i < message.count; i++) {
      int at = in.position();
      Entry entry = message.layout == 0 ? takeV0(in) : takeV1(in, i + 1 < message.count);
      if (entry == null) {
        in.position(at);
        break;
      }
      message.entries.add(entry);
    }
    message.tail = take(in, in.remaining());
    message.size = message.size == bytes.length ? -1 : message.size;
    message.count = message.count == message.entries.size() ? -1 : message.count;
    return message;
  }

  private static Entry takeV0(ByteBuffer in) {
    if (in.remaining() < 24) {
      return null;
    }
    Entry e = new Entry();
    e.type = in.get() & 0xff;
    e.protocol = in.get() & 0xff;
    e.cport = in.getShort() & 0xffff;
    e.vport = in.getShort() & 0xffff;
    e.dport = in.getShort() & 0xffff;
    e.caddr = take(in, 4);
    e.vaddr = take(in, 4);
    e.daddr = take(in, 4);
    e.flags = in.getShort() & 0xffff;
    e.state = in.getShort() & 0xffff;
    if ((e.flags & V0_SEQ_FLAGS) != 0) {
      if (in.remaining() < 24) {
        return null;
      }
      e.seq = take(in, 24);
    }
    return e;
  }

  private static Entry takeV1(ByteBuffer in, boolean padded) {
    int at = in.position();
    if (in.remaining() < 36) {
      return null;
    }
    Entry e = new Entry();
    e.type = in.get() & 0xff;
    e.protocol = in.get() & 0xff;
    int versionSize = in.getShort() & 0xffff;
    e.version = versionSize >> 12;
    int end = at + (versionSize & 0xfff);
    int addressBytes = (e.type & 1) != 0 ? 16 : 4;
    if (end > in.limit() || end < at + 24 + 3 * addressBytes) {
      return null;
    }
    e.flags = in.getInt();
    e.state = in.getShort() & 0xffff;
    e.cport = in.getShort() & 0xffff;
    e.vport = in.getShort() & 0xffff;
    e.dport = in.getShort() & 0xffff;
    e.fwmark = in.getInt();
    e.timeout = in.getInt();
    e.caddr = take(in, addressBytes);
    e.vaddr = take(in, addressBytes);
    e.daddr = take(in, addressBytes);
    while (in.position() < end) {
      if (in.position() + 2 > end) {
        return null;
      }
      int type = in.get() & 0xff;
      int length = in.get() & 0xff;
      if (in.position() + length > end) {
        return null;
      }
      e.options.add(new Option(type, take(in, length)));
    }
    if (padded) {
      e.padding = take(in, Math.min(-end & 3, in.remaining()));
    }
    return e;
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] taken = new byte[count];
    in.get(taken);
    return taken;
  }
}
