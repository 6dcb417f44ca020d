package org.ipvssync.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.ipvssync.lab.SyncMessage.Entry;
import org.ipvssync.lab.SyncMessage.Option;

/**
 * Some datagrams that are judged together, with clients of their own.
 *
 * @param clients the addresses that tell its rows from those of others
 * @param datagrams in the order in which they are sent
 */
record VerdictCase(ClientRange clients, List<byte[]> datagrams) {
  private static final int CONTROL_VERSION = 0xc5;
  private static final byte[] CONTROL_HEAD = {'I', 'V', 'S', 'C', 0, 0, 0, 0};
  private static final int LONGEST = 1472;
  private static final int NO_CPORT = 0x0800;
  private static final int TEMPLATE = 0x1000;

  /** Our mark of a copy: what such a record does is not the kernel's business. */
  private static final int OPTION_COPY = 0x6c;

  /**
   * Makes a case; the same for the same arguments.
   *
   * @param seed of the run
   * @param number of the case in the run
   */
  static VerdictCase generate(SyncTalk talk, long seed, int number, ClientRange clients) {
    RandomGenerator random = new SplittableRandom(seed * 1_000_003 + number);
    List<byte[]> datagrams = new ArrayList<>();
    switch (random.nextInt(10)) {
      case 0 -> datagrams.addAll(talk.edge(random, clients));
      case 1, 2 -> {
        for (int i = 0; i <= random.nextInt(2); i++) {
          datagrams.add(changed(talk.captured(random, clients), random).encode());
        }
      }
      default ->
          talk.made(random, clients).forEach(m -> datagrams.add(changed(m, random).encode()));
    }
    if (random.nextInt(25) == 0) {
      datagrams.add(random.nextInt(datagrams.size() + 1), control(random));
    }
    if (random.nextInt(40) == 0) {
      datagrams.add(tooLong(datagrams.getFirst(), random));
    }
    if (random.nextInt(4) == 0) {
      for (int i = 0; i <= random.nextInt(3); i++) {
        int at = random.nextInt(datagrams.size());
        byte[] other = datagrams.get(random.nextInt(datagrams.size()));
        datagrams.set(at, MessageMutations.spoil(datagrams.get(at), other, random));
      }
    }
    datagrams.replaceAll(VerdictCase::withoutCopies);
    if (datagrams.stream().anyMatch(VerdictCase::hasOddPort)) {
      datagrams.replaceAll(VerdictCase::withoutRepetitions);
    }
    datagrams.removeIf(VerdictCase::readsStaleMemory);
    return new VerdictCase(clients, List.copyOf(datagrams));
  }

  /** The same datagrams with other clients. */
  VerdictCase at(ClientRange other) {
    return new VerdictCase(other, datagrams.stream().map(d -> clients.moved(d, other)).toList());
  }

  private static SyncMessage changed(SyncMessage message, RandomGenerator random) {
    if (random.nextInt(2) == 0) {
      for (int i = 0; i <= random.nextInt(3); i++) {
        MessageMutations.change(message, random);
      }
    }
    return message;
  }

  private static byte[] control(RandomGenerator random) {
    int kind = random.nextInt(8);
    return control(random.nextInt(256), kind, SyncTalk.bytes(random, random.nextInt(200)));
  }

  /** A message between nodes of ours: none of the kernel's business, and of no connection. */
  static byte[] control(int syncId, int kind, byte[] content) {
    SyncMessage message = new SyncMessage(1, syncId);
    message.version = CONTROL_VERSION;
    message.count = kind;
    message.tail = Arrays.copyOf(CONTROL_HEAD, CONTROL_HEAD.length + content.length);
    System.arraycopy(content, 0, message.tail, CONTROL_HEAD.length, content.length);
    return message.encode();
  }

  /** Longer than a backup's buffer; the size may still be that of what fits. */
  private static byte[] tooLong(byte[] datagram, RandomGenerator random) {
    byte[] longer = Arrays.copyOf(datagram, LONGEST + SyncTalk.pick(random, 0, 1, 2, 28, 1000));
    if (longer.length >= SyncMessage.V0_HEADER) {
      int size = random.nextInt(2) == 0 ? longer.length : LONGEST;
      longer[2] = (byte) (size >> 8);
      longer[3] = (byte) size;
    }
    return longer;
  }

  /** A copy's record is ours alone: its template keeps what remains of its life. */
  private static byte[] withoutCopies(byte[] datagram) {
    SyncMessage message = SyncMessage.parse(datagram);
    boolean found = false;
    for (Entry entry : message == null ? List.<Entry>of() : message.entries) {
      for (Option option : entry.options) {
        if (option.type == OPTION_COPY && option.data.length == 4) {
          option.type++;
          found = true;
        }
      }
    }
    return found ? message.encode() : datagram;
  }

  /** True when a record may meet an entry of another client port. */
  private static boolean hasOddPort(byte[] datagram) {
    return entries(datagram).stream()
        .anyMatch(e -> (e.flags & NO_CPORT) != 0 || (e.flags & TEMPLATE) != 0 != (e.cport == 0));
  }

  /**
   * Leaves one record for each client and service. A kernel forgets a replaced entry at the next
   * tick only: with odd ports a record behind it in the same message may meet what has gone.
   */
  private static byte[] withoutRepetitions(byte[] datagram) {
    SyncMessage message = SyncMessage.parse(datagram);
    Set<String> seen = new HashSet<>();
    return message != null && message.entries.removeIf(e -> !seen.add(about(e)))
        ? message.encode()
        : datagram;
  }

  private static String about(Entry entry) {
    HexFormat hex = HexFormat.of();
    return "%d %s %s %d"
        .formatted(
            entry.protocol, hex.formatHex(entry.caddr), hex.formatHex(entry.vaddr), entry.vport);
  }

  private static List<Entry> entries(byte[] datagram) {
    SyncMessage message = SyncMessage.parse(datagram);
    return message == null ? List.of() : message.entries;
  }

  /** With this the kernel goes on in what the message before left in its buffer. */
  private static boolean readsStaleMemory(byte[] datagram) {
    return datagram.length >= SyncMessage.V0_HEADER
        && datagram.length < SyncMessage.V1_HEADER
        && datagram[0] == 0;
  }
}
