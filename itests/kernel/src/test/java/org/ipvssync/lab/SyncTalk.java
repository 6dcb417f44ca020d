package org.ipvssync.lab;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ipvssync.lab.SyncMessage.Entry;
import org.ipvssync.lab.SyncMessage.Option;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.EdgeCase;
import org.ipvssync.vectors.Scenario;

/**
 * Valid messages to begin with: made ones about few connections, so that each meets what the ones
 * before left; real traffic; and the datagrams that tried a kernel before.
 */
final class SyncTalk {
  private static final int CAPTURED_A_SCENARIO = 200;
  private static final int MOST_CAPTURED_ENTRIES = 4;
  private static final byte[] EDGE_CLIENTS = {(byte) 192, (byte) 168, 50, 0};
  private static final int[] PROTOCOLS = {6, 6, 6, 6, 17, 17, 132, 132, 51, 50};
  private static final int[] PORTS = {0, 1000, 1000, 1001, 65535};
  private static final int[] FORWARDING = {0, 0, 1, 2, 3, 4, 5, 7};

  /** Not below 4 seconds but by the protocol's default: both tables must meet the row alive. */
  private static final int[] TIMEOUTS = {
    600, 600, 600, 60, 900, 0, 0, 6, 86_400, 4_294_967, 4_295_100, Integer.MAX_VALUE, -1
  };

  private final List<SyncMessage> captured = new ArrayList<>();
  private final List<List<byte[]>> edges = new ArrayList<>();

  SyncTalk() {
    for (Scenario scenario : Scenario.all()) {
      List<CapturedDatagram> datagrams = scenario.datagrams();
      int step = Math.max(1, datagrams.size() / CAPTURED_A_SCENARIO);
      for (int i = 0; i < datagrams.size(); i += step) {
        captured.add(SyncMessage.parse(datagrams.get(i).payload()));
      }
    }
    for (EdgeCase edge : EdgeCase.all()) {
      edges.add(edge.steps().stream().map(EdgeCase.Step::payload).toList());
    }
  }

  /** The sync id that the backups of a table take; 0 is every one. */
  static final int SYNC_ID = 7;

  /** Some steps of an edge case, with clients of the range. */
  List<byte[]> edge(RandomGenerator random, ClientRange clients) {
    return edges.get(random.nextInt(edges.size())).stream()
        .map(bytes -> ClientRange.replaced(bytes, EDGE_CLIENTS, clients.address(false, 0)))
        .toList();
  }

  /** Part of a captured message, with clients of the range. */
  SyncMessage captured(RandomGenerator random, ClientRange clients) {
    SyncMessage message = captured.get(random.nextInt(captured.size())).copy();
    message.syncId = SYNC_ID;
    while (message.entries.size() > MOST_CAPTURED_ENTRIES && random.nextInt(50) != 0) {
      message.entries.remove(random.nextInt(message.entries.size()));
    }
    for (Entry entry : message.entries) {
      boolean ipv6 = entry.caddr.length > 4;
      entry.caddr = clients.address(ipv6, entry.caddr[entry.caddr.length - 1]);
    }
    return message;
  }

  /** A record of an established TCP connection. */
  static Entry connection(ClientRange clients, int client) {
    Entry entry = new Entry();
    entry.caddr = clients.address(false, client);
    entry.vaddr = server(false, 1);
    entry.daddr = server(false, 11);
    return entry;
  }

  /** Messages about one or two connections or templates. */
  List<SyncMessage> made(RandomGenerator random, ClientRange clients) {
    int layout = random.nextInt(3) == 0 ? 0 : 1;
    List<Entry> keys = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      keys.add(key(random, layout, clients));
    }
    List<SyncMessage> messages = new ArrayList<>();
    int length = 1 + random.nextInt(4);
    for (int i = 0; i < length; i++) {
      // Version 0 now and then speaks of what version 1 has made, and the other way round.
      boolean other = random.nextInt(8) == 0 && keys.stream().noneMatch(key -> key.type == 1);
      SyncMessage message = new SyncMessage(other ? 1 - layout : layout, SYNC_ID);
      int entries = random.nextInt(40) == 0 ? random.nextInt(36) : 1 + random.nextInt(2);
      for (int e = 0; e < entries; e++) {
        Entry key = keys.get(random.nextInt(keys.size())).copy();
        message.entries.add(random.nextInt(12) == 0 ? key(random, layout, clients) : key);
        change(message.entries.getLast(), message.layout, random);
      }
      messages.add(message);
    }
    return messages;
  }

  private static Entry key(RandomGenerator random, int layout, ClientRange clients) {
    Entry key = new Entry();
    boolean ipv6 = layout == 1 && random.nextInt(3) == 0;
    key.type = ipv6 ? 1 : 0;
    key.protocol = pick(random, PROTOCOLS);
    key.cport = pick(random, PORTS);
    key.vport = random.nextInt(4) == 0 ? 0 : 80;
    key.caddr = clients.address(ipv6, random.nextInt(3));
    key.vaddr = server(ipv6, 1 + random.nextInt(2));
    key.daddr = server(ipv6, 11);
    key.flags = pick(random, FORWARDING);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> key.flags |= 0x1100;
      case 3 -> key.flags |= 0x0800;
      default -> {}
    }
    if ((key.flags & 0x1000) != 0) {
      key.cport = 0;
      if (random.nextInt(4) == 0) {
        key.protocol = 0;
        key.vaddr = server(ipv6, 0);
        System.arraycopy(new byte[] {0, 0, 0, 9}, 0, key.vaddr, 0, 4);
      }
    }
    if (random.nextInt(3) == 0 && key.cport == 0 && (key.flags & 0x1000) == 0) {
      key.flags |= 0x0800;
    }
    return key;
  }

  /** What differs from message to message. */
  private static void change(Entry entry, int layout, RandomGenerator random) {
    entry.daddr = server(entry.type == 1, 11 + Math.max(0, random.nextInt(6) - 3));
    entry.dport = random.nextInt(8) == 0 ? 8080 : 80;
    entry.state = random.nextInt(states(entry.protocol));
    entry.timeout = pick(random, TIMEOUTS);
    entry.fwmark = random.nextInt(4) == 0 ? random.nextInt() : 0;
    if (random.nextInt(3) == 0) {
      entry.flags ^= 0x0100;
    }
    if (random.nextInt(5) == 0) {
      entry.flags |= 0x0600;
      entry.seq = bytes(random, 24);
    }
    if (layout == 1 && random.nextInt(6) == 0) {
      entry.options.add(new Option(SyncMessage.OPTION_SEQ, bytes(random, 24)));
    }
    boolean template = (entry.flags & 0x1000) != 0;
    if (layout == 1 && template && random.nextInt(3) == 0) {
      entry.options.add(new Option(SyncMessage.OPTION_PE_DATA, callId(random)));
      entry.options.add(new Option(SyncMessage.OPTION_PE_NAME, "sip".getBytes()));
    }
  }

  /** How many states a protocol has. */
  private static int states(int protocol) {
    return switch (protocol) {
      case 6 -> 11;
      case 132 -> 14;
      default -> 1;
    };
  }

  static byte[] callId(RandomGenerator random) {
    return ("call-" + random.nextInt(3)).getBytes();
  }

  static byte[] server(boolean ipv6, int number) {
    byte[] address = HexFormat.of().parseHex(ipv6 ? "2001" + "00".repeat(14) : "c0000200");
    address[address.length - 1] = (byte) number;
    return address;
  }

  static byte[] bytes(RandomGenerator random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static int pick(RandomGenerator random, int... of) {
    return of[random.nextInt(of.length)];
  }
}
