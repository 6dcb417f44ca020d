package org.ipvssync.lab;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.ipvssync.lab.SyncMessage.Entry;
import org.ipvssync.lab.SyncMessage.Option;

/** Changes of messages by someone who knows their fields, and of bytes by someone who does not. */
final class MessageMutations {
  private static final List<BiConsumer<SyncMessage, RandomGenerator>> OF_MESSAGES =
      List.of(
          (m, r) -> m.count = SyncTalk.pick(r, 0, 1, 2, 3, 255, m.entries.size() + 1),
          (m, r) -> m.syncId = SyncTalk.pick(r, 0, 1, 7, 8, 255),
          (m, r) -> m.size = m.encode().length + SyncTalk.pick(r, -1, 1, -4, 4, 256, -256),
          (m, r) -> m.version = SyncTalk.pick(r, 0, 1, 2, 0x81, 0xc5, 255),
          (m, r) -> m.reserved = SyncTalk.pick(r, 1, 2, 255),
          (m, r) -> m.spare = SyncTalk.pick(r, 1, 0x100, 0xffff),
          (m, r) -> m.tail = SyncTalk.bytes(r, 1 + r.nextInt(80)),
          (m, r) -> m.tail = new byte[SyncTalk.pick(r, 1, 3, 4, 24, 36, 72)],
          (m, r) -> m.layout = 1 - m.layout,
          (m, r) -> m.entries.addAll(m.copy().entries));

  private static final List<BiConsumer<Entry, RandomGenerator>> OF_ENTRIES =
      List.of(
          (e, r) -> e.type = SyncTalk.pick(r, 0, 1, 2, 3, 4, 0x80, 0x81, 255),
          (e, r) -> e.protocol = SyncTalk.pick(r, 0, 1, 6, 17, 47, 50, 51, 58, 132, 255),
          (e, r) -> e.version = 1 + r.nextInt(15),
          (e, r) -> e.size = SyncTalk.pick(r, 0, 1, 4, 23, 24, 35, 36, 37, 38, 40, 71, 72, 73),
          (e, r) -> e.size = r.nextInt(0x1000),
          (e, r) -> e.flags ^= 1 << r.nextInt(32),
          (e, r) -> e.flags ^= SyncTalk.pick(r, 0x100, 0x800, 0x1000, 0x2000, 0x900, 0x1100),
          (e, r) -> e.flags = r.nextInt(),
          (e, r) -> e.state = SyncTalk.pick(r, 0, 1, 2, 8, 10, 11, 12, 13, 14, 15, 255, 65535),
          (e, r) -> e.state = r.nextInt(16),
          (e, r) -> e.cport = SyncTalk.pick(r, 0, 0, 1000, 1001),
          (e, r) -> e.vport = SyncTalk.pick(r, 0, 21, 80, 65535),
          (e, r) -> e.dport = SyncTalk.pick(r, 0, 80, 81),
          (e, r) -> e.timeout = SyncTalk.pick(r, 0, 7, 100, 4_295_300, 1 << 31, -100),
          (e, r) -> e.daddr = SyncTalk.bytes(r, e.daddr.length),
          (e, r) -> e.vaddr = SyncTalk.bytes(r, e.vaddr.length),
          (e, r) -> e.daddr = new byte[e.daddr.length],
          (e, r) -> e.padding = SyncTalk.bytes(r, 3),
          (e, r) -> e.seq = SyncTalk.bytes(r, SyncTalk.pick(r, 0, 1, 23, 24, 25)),
          (e, r) -> e.options.add(option(r)),
          (e, r) -> e.options.add(option(r)),
          (e, r) -> e.options.add(new Option(r.nextInt(256), SyncTalk.bytes(r, r.nextInt(9)))),
          MessageMutations::addEngine,
          MessageMutations::addEngine,
          MessageMutations::changeOption,
          MessageMutations::changeOption);

  private MessageMutations() {}

  /** Changes one thing of the message, or of one of its entries. */
  static void change(SyncMessage message, RandomGenerator random) {
    if (message.entries.isEmpty() || random.nextInt(4) == 0) {
      OF_MESSAGES.get(random.nextInt(OF_MESSAGES.size())).accept(message, random);
    } else {
      Entry entry = message.entries.get(random.nextInt(message.entries.size()));
      OF_ENTRIES.get(random.nextInt(OF_ENTRIES.size())).accept(entry, random);
    }
  }

  private static Option option(RandomGenerator r) {
    return switch (r.nextInt(5)) {
      case 0 -> new Option(SyncMessage.OPTION_SEQ | optional(r), SyncTalk.bytes(r, 24));
      case 1 -> new Option(SyncMessage.OPTION_PE_DATA | optional(r), SyncTalk.callId(r));
      case 2 -> new Option(SyncMessage.OPTION_PE_NAME | optional(r), engine(r));
      case 3 -> new Option(SyncTalk.pick(r, 0, 4, 5, 0x3f, 0x80, 0x81, 0xff), new byte[4]);
      default -> new Option(SyncTalk.pick(r, 0x40, 0x44, 0x6c, 0x7f, 0xc1), new byte[5]);
    };
  }

  private static int optional(RandomGenerator random) {
    return random.nextInt(3) == 0 ? 0x40 : 0;
  }

  private static void addEngine(Entry entry, RandomGenerator r) {
    byte[] data =
        switch (r.nextInt(4)) {
          case 0 -> SyncTalk.callId(r);
          case 1 -> text(r, 255);
          case 2 -> text(r, 1);
          default -> new byte[] {'c', 'a', 'l', 'l', 0, (byte) ('0' + r.nextInt(3))};
        };
    entry.options.add(new Option(SyncMessage.OPTION_PE_DATA | optional(r), data));
    entry.options.add(new Option(SyncMessage.OPTION_PE_NAME | optional(r), engine(r)));
    if (r.nextInt(8) != 0) {
      entry.flags |= 0x1000;
    }
  }

  private static byte[] engine(RandomGenerator r) {
    return SyncTalk.pick(r, 0, 0, 0, 1) == 0
        ? "sip".getBytes()
        : List.of("sip\0", "sip\0more", "SIP", "si", "sipp", "\0sip", "sixteen letters!", "x")
            .get(r.nextInt(8))
            .getBytes();
  }

  private static byte[] text(RandomGenerator random, int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) ('a' + random.nextInt(26)));
    return text;
  }

  private static void changeOption(Entry entry, RandomGenerator r) {
    if (entry.options.isEmpty()) {
      return;
    }
    Option option = entry.options.get(r.nextInt(entry.options.size()));
    switch (r.nextInt(5)) {
      case 0 -> option.type = SyncTalk.pick(r, 0, 1, 2, 3, 4, 0x41, 0x42, 0x43, 0x44);
      case 1 -> option.length = SyncTalk.pick(r, 0, 1, option.data.length + 1, 16, 17, 24, 255);
      case 2 -> option.data = Arrays.copyOf(option.data, SyncTalk.pick(r, 0, 1, 16, 17, 24, 255));
      case 3 -> entry.options.add(option.copy());
      default -> entry.options.remove(option);
    }
  }

  /** Changes bytes: flips, cuts, fills, repeats, splices; the size field is made right or not. */
  static byte[] spoil(byte[] datagram, byte[] other, RandomGenerator r) {
    byte[] spoilt = datagram.clone();
    if (datagram.length < 2) {
      return datagram;
    }
    int at = r.nextInt(datagram.length);
    switch (r.nextInt(7)) {
      case 0, 1 -> spoilt[at] ^= (byte) (1 << r.nextInt(8));
      case 2 -> spoilt[at] = (byte) SyncTalk.pick(r, 0, 1, 255, r.nextInt(256));
      case 3 -> spoilt = Arrays.copyOf(datagram, at);
      case 4 -> spoilt = joined(datagram, at, other, r.nextInt(other.length + 1));
      case 5 -> spoilt = joined(datagram, at, datagram, r.nextInt(at + 1));
      default -> spoilt = joined(datagram, at, datagram, at + r.nextInt(datagram.length - at + 1));
    }
    if (spoilt.length >= 4 && r.nextInt(4) != 0) {
      spoilt[2] = (byte) (spoilt.length >> 8);
      spoilt[3] = (byte) spoilt.length;
    }
    return spoilt;
  }

  private static byte[] joined(byte[] head, int headEnd, byte[] tail, int tailFrom) {
    byte[] joined = Arrays.copyOf(head, headEnd + tail.length - tailFrom);
    System.arraycopy(tail, tailFrom, joined, headEnd, tail.length - tailFrom);
    return joined;
  }
}
