package org.ipvssync.itests;

import java.util.List;
import java.util.Map;

/** The swaps of a pair of nodes: which part, where, and in which way. */
final class Swaps {
  /** How long a part is away when it is stopped. */
  private static final long GAP_MS = 150;

  private Swaps() {}

  /** What is exchanged. */
  enum Part {
    CODEC("org.ipvssync.codec.v1"),
    TABLE("org.ipvssync.table.memory"),
    MAPPED_TABLE("org.ipvssync.table.mapped"),
    TRANSPORT("org.ipvssync.transport.multicast"),
    ROLE("org.ipvssync.role.");

    private final String bundle;

    Part(String bundle) {
      this.bundle = bundle;
    }

    /** The bundle that is exchanged on the node with that role. */
    String bundle(String role) {
      return this == ROLE ? bundle + role : bundle;
    }
  }

  /** How it is exchanged. */
  enum Way {
    UPDATE,
    STOP_START,
    REPLACE_BY_NEWER,
    REPLACE_BY_OLDER,
    NEW_FIRST,
    CONFIGURATION
  }

  /** How a backup hears its master while something is exchanged. */
  enum Hearing {
    /** Every datagram once. */
    ALWAYS,
    /** For a moment through two sockets, one after the other. */
    TWICE,
    /** For a moment through two links, whose threads know nothing of each other. */
    UNORDERED,
    /** For a moment not at all. */
    GAP
  }

  /**
   * One swap.
   *
   * @param role of the node on which it happens
   */
  record Swap(Part part, String role, Way way) {
    /** How the backup hears its master meanwhile. */
    Hearing hearing() {
      if (part == Part.TRANSPORT && way == Way.CONFIGURATION) {
        return Hearing.GAP;
      }
      boolean ofSocket =
          role.equals(NodePair.BACKUP) && (part == Part.TRANSPORT || part == Part.ROLE);
      if (!ofSocket || way == Way.CONFIGURATION) {
        return Hearing.ALWAYS;
      }
      if (way != Way.NEW_FIRST) {
        return Hearing.GAP;
      }
      return part == Part.ROLE ? Hearing.UNORDERED : Hearing.TWICE;
    }

    /** Does it, and nothing afterwards: the links find their way back by themselves. */
    void perform(NodePair pair) throws Exception {
      if (part == Part.MAPPED_TABLE) {
        pair.useTable(role, "mapped");
      }
      exchange(pair, part.bundle(role), pair.bundles(role));
      if (part == Part.MAPPED_TABLE) {
        pair.useTable(role, "memory");
      }
    }

    private void exchange(NodePair pair, String bundle, BundleSwaps bundles) throws Exception {
      long before = counted(pair);
      switch (way) {
        case UPDATE -> bundles.update(bundle);
        case STOP_START -> bundles.stopAndStart(bundle, GAP_MS);
        case REPLACE_BY_NEWER -> bundles.replace(bundle, BundleSwaps.NEWER);
        case REPLACE_BY_OLDER -> bundles.replace(bundle, BundleSwaps.OLDER);
        case NEW_FIRST -> bundles.newFirst(bundle, BundleSwaps.NEWER, () -> awaitNew(pair));
        case CONFIGURATION -> reconfigure(pair);
      }
      if (part == Part.MAPPED_TABLE && way != Way.CONFIGURATION) {
        Await.until("the table has changed", () -> counted(pair), now -> now > before);
      }
    }

    /** An operator who starts the new version of a backup first looks whether it hears. */
    private Object awaitNew(NodePair pair) throws Exception {
      return hearing() == Hearing.UNORDERED
          ? Await.until(
              "both links hear", () -> pair.of(role).linksUp(role, NodePair.LINK), up -> up == 2)
          : null;
    }

    private void reconfigure(NodePair pair) throws Exception {
      switch (part) {
        case CODEC -> {
          if (role.equals(NodePair.MASTER)) {
            pair.configureMaster(Map.of("codec", "v0"));
            awaitCodec(pair, "v0");
            pair.configureMaster(Map.of());
            awaitCodec(pair, "v1");
          } else {
            pair.configureBackup(Map.of("codecs", "v1,v0"));
          }
        }
        case TABLE -> {
          pair.resizeTable(role);
        }
        case MAPPED_TABLE -> {
          // There and back: see perform.
        }
        case TRANSPORT -> pair.moveToAnotherGroup();
        case ROLE -> {
          if (role.equals(NodePair.MASTER)) {
            pair.configureMaster(Map.of("syncMaxLen", 1200, "flushIntervalMs", 7));
            pair.configureMaster(Map.of());
          } else {
            pair.configureBackup(Map.of("syncMaxLen", 9000, "timeoutTcpS", 901));
            pair.configureBackup(Map.of());
          }
        }
      }
    }

    private static void awaitCodec(NodePair pair, String name) throws Exception {
      Await.until(
          "the master speaks " + name,
          () -> pair.master().link(NodePair.MASTER, NodePair.LINK),
          link -> link.isPresent() && link.get().codec().equals(name));
    }

    /** How many swaps the node has counted where this one must count. */
    long counted(NodePair pair) {
      if (isTable()) {
        return pair.of(role).table().swaps().count();
      }
      return pair.of(role).link(role, NodePair.LINK).map(link -> link.swaps().count()).orElse(0L);
    }

    private boolean isTable() {
      return part == Part.TABLE || part == Part.MAPPED_TABLE;
    }

    /** True when it is one of those that a node counts. */
    boolean counts() {
      // A role's own exchange makes another link; the order of codecs or a group is no exchange.
      return part != Part.ROLE
          && (way != Way.CONFIGURATION || isTable() || role.equals(NodePair.MASTER))
          && (way != Way.CONFIGURATION || part != Part.TRANSPORT);
    }

    @Override
    public String toString() {
      return part + " on the " + role + ", " + way;
    }
  }

  /** Every swap that there is. */
  static List<Swap> all() {
    return List.of(Part.values()).stream()
        .flatMap(
            part ->
                List.of(NodePair.MASTER, NodePair.BACKUP).stream()
                    .flatMap(
                        role ->
                            List.of(Way.values()).stream().map(way -> new Swap(part, role, way))))
        // Both ends move together.
        .filter(
            swap ->
                swap.part() != Part.TRANSPORT
                    || swap.way() != Way.CONFIGURATION
                    || swap.role().equals(NodePair.MASTER))
        .toList();
  }
}
