package org.ipvssync.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ipvssync.lab.SyncMessage.Entry;
import org.ipvssync.lab.VerdictTables.Difference;

/**
 * Makes a case smaller while the tables still differ after it. Many smaller ones are tried at a
 * time, each with clients of its own.
 */
final class VerdictShrinker {
  private static final int ROUNDS = 30;
  private static final int CANDIDATES = 400;

  private final VerdictRig rig;

  VerdictShrinker(VerdictRig rig) {
    this.rig = rig;
  }

  /**
   * A case and what differs after it.
   *
   * @param differences none when it did not come again with other clients
   */
  record Found(VerdictCase smallest, List<Difference> differences) {}

  /** Shrinks what {@code first} is about. */
  Found shrink(VerdictCase first) throws IOException {
    Found found = best(List.of(first));
    for (int round = 0; round < ROUNDS && !found.differences().isEmpty(); round++) {
      List<VerdictCase> smaller = smaller(found.smallest());
      Found better = best(smaller.subList(0, Math.min(smaller.size(), CANDIDATES)));
      if (better.differences().isEmpty()) {
        break;
      }
      found = better;
    }
    return found;
  }

  /** The smallest after which the tables differ; the first of them when none does. */
  private Found best(List<VerdictCase> candidates) throws IOException {
    if (candidates.isEmpty()) {
      return new Found(null, List.of());
    }
    rig.needRanges(candidates.size());
    List<VerdictCase> moved = candidates.stream().map(c -> c.at(rig.nextRange())).toList();
    Map<Integer, List<Difference>> differences = new HashMap<>();
    for (Difference difference : rig.run(moved).differences()) {
      int range = ClientRange.of(difference.row().client());
      differences.computeIfAbsent(range, r -> new ArrayList<>()).add(difference);
    }
    for (VerdictCase candidate : moved) {
      List<Difference> own = differences.get(candidate.clients().number());
      if (own != null) {
        return new Found(candidate, own);
      }
    }
    return new Found(moved.getFirst(), List.of());
  }

  /** Smaller cases, the smallest first. */
  private static List<VerdictCase> smaller(VerdictCase one) {
    List<VerdictCase> smaller = new ArrayList<>();
    List<byte[]> datagrams = one.datagrams();
    for (int i = 0; i < datagrams.size(); i++) {
      List<byte[]> others = new ArrayList<>(datagrams);
      others.remove(i);
      smaller.add(new VerdictCase(one.clients(), others));
      for (byte[] instead : smaller(datagrams.get(i))) {
        List<byte[]> changed = new ArrayList<>(datagrams);
        changed.set(i, instead);
        smaller.add(new VerdictCase(one.clients(), changed));
      }
    }
    smaller.removeIf(c -> weight(c) >= weight(one) || c.datagrams().isEmpty());
    smaller.sort((a, b) -> Integer.compare(weight(a), weight(b)));
    return smaller;
  }

  private static int weight(VerdictCase one) {
    int weight = 0;
    for (byte[] datagram : one.datagrams()) {
      weight += 1000;
      for (byte b : datagram) {
        weight += 10 + Integer.bitCount(b & 0xff);
      }
    }
    return weight;
  }

  private static List<byte[]> smaller(byte[] datagram) {
    List<byte[]> smaller = new ArrayList<>();
    SyncMessage message = SyncMessage.parse(datagram);
    if (message != null && Arrays.equals(message.encode(), datagram)) {
      addFields(message, smaller);
    }
    for (int less = 1; datagram.length - less > SyncMessage.V0_HEADER; less *= 2) {
      byte[] cut = Arrays.copyOf(datagram, datagram.length - less);
      cut[2] = (byte) (cut.length >> 8);
      cut[3] = (byte) cut.length;
      smaller.add(cut);
      smaller.add(Arrays.copyOf(datagram, datagram.length - less));
    }
    return smaller;
  }

  private static void addFields(SyncMessage message, List<byte[]> smaller) {
    change(message, smaller, m -> m.tail = new byte[0]);
    change(message, smaller, m -> m.size = -1);
    change(message, smaller, m -> m.count = -1);
    for (int i = 0; i < message.entries.size(); i++) {
      int at = i;
      change(message, smaller, m -> m.entries.remove(at));
      Entry entry = message.entries.get(i);
      for (int o = 0; o < entry.options.size(); o++) {
        int option = o;
        change(message, smaller, m -> m.entries.get(at).options.remove(option));
        byte[] half =
            Arrays.copyOf(entry.options.get(o).data, entry.options.get(o).data.length / 2);
        change(message, smaller, m -> m.entries.get(at).options.get(option).data = half);
      }
      for (int bit = 0; bit < 32; bit++) {
        int others = entry.flags & ~(1 << bit);
        change(message, smaller, m -> m.entries.get(at).flags = others);
      }
      change(message, smaller, m -> m.entries.get(at).fwmark = 0);
      change(message, smaller, m -> m.entries.get(at).timeout = 600);
      change(message, smaller, m -> m.entries.get(at).state = 0);
      change(message, smaller, m -> m.entries.get(at).padding = new byte[0]);
      change(message, smaller, m -> m.entries.get(at).type &= 1);
      change(
          message,
          smaller,
          m -> m.entries.get(at).vaddr = SyncTalk.server((entry.type & 1) != 0, 1));
    }
  }

  private static void change(
      SyncMessage message, List<byte[]> smaller, Consumer<SyncMessage> change) {
    SyncMessage changed = message.copy();
    change.accept(changed);
    try {
      smaller.add(changed.encode());
    } catch (IndexOutOfBoundsException e) {
      // not a message of that layout
    }
  }
}
