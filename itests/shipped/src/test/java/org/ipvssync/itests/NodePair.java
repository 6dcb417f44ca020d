package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipvssync.itests.agent.LinkView;
import org.ipvssync.itests.agent.Load;
import org.ipvssync.itests.agent.NodeAgent;
import org.opentest4j.AssertionFailedError;

/**
 * A master and a backup in this JVM, each in a framework of its own, on a group of their own.
 *
 * <pre>
 *   load ─► table ─► master link ─► group ─► backup link ─► table
 *     └─► model
 * </pre>
 */
final class NodePair implements AutoCloseable {
  static final String MASTER = "master";
  static final String BACKUP = "backup";
  static final String LINK = "pair";
  static final String NODE_PID = "org.ipvssync.node";

  private static final int SYNC_ID = 21;
  private static final int EXAMPLES = 2;

  /** Shorter lives may end between one look and the other. */
  private static final long MARGIN_MS = 4_000;

  private static final int QUIET_LOOKS = 5;
  private static final int SMALL_TABLE = 300_000;
  private static final int LARGE_TABLE = 400_000;

  private final FelixNode masterNode;
  private final FelixNode backupNode;
  private final NodeAgent master;
  private final NodeAgent backup;
  private TestGroup group = TestGroup.random();
  private int tableSize = LARGE_TABLE;

  private NodePair(FelixNode masterNode, FelixNode backupNode) throws Exception {
    this.masterNode = masterNode;
    this.backupNode = backupNode;
    master = masterNode.agent();
    backup = backupNode.agent();
  }

  /** Starts both nodes; their links are up. */
  static NodePair start() throws Exception {
    FelixNode masterNode = FelixNode.start();
    FelixNode backupNode = null;
    try {
      backupNode = FelixNode.start();
      NodePair pair = new NodePair(masterNode, backupNode);
      for (String role : List.of(MASTER, BACKUP)) {
        pair.resizeTable(role);
        pair.of(role)
            .configure("org.ipvssync.table.mapped", "", Map.of("maxConnections", SMALL_TABLE));
      }
      pair.configureMaster(Map.of());
      pair.configureBackup(Map.of());
      pair.awaitUp();
      // The last to come: the master has no backup link that would hear who asks for its table.
      Await.until(
          "the master hears requests",
          Footprint::now,
          footprint -> footprint.threads().contains("ipvs-resync-listen-lo"));
      return pair;
    } catch (Exception | Error e) {
      masterNode.close();
      if (backupNode != null) {
        backupNode.close();
      }
      throw e;
    }
  }

  NodeAgent master() {
    return master;
  }

  NodeAgent backup() {
    return backup;
  }

  /** The agent of the node with that role. */
  NodeAgent of(String role) {
    return role.equals(MASTER) ? master : backup;
  }

  /** The framework of the node with that role. */
  FelixNode felix(String role) {
    return role.equals(MASTER) ? masterNode : backupNode;
  }

  /** Bundles of the node with that role. */
  BundleSwaps bundles(String role) {
    return new BundleSwaps(felix(role).context());
  }

  /** Writes the master's configuration. */
  void configureMaster(Map<String, ?> more) throws Exception {
    configureMaster(master, more);
  }

  /** Writes the configuration of a master on the same group. */
  void configureMaster(NodeAgent node, Map<String, ?> more) throws Exception {
    Map<String, Object> settings = new HashMap<>(group.settings(SYNC_ID));
    settings.put("flushIntervalMs", 5);
    // No copies: what is compared came as a change, or by a push that the test asks for.
    settings.put("refreshPeriodS", 0);
    settings.put("refreshPerSecond", 200_000);
    settings.putAll(more);
    node.configure("org.ipvssync.role.master", LINK, settings);
  }

  /** Writes the backup's configuration. */
  void configureBackup(Map<String, ?> more) throws Exception {
    Map<String, Object> settings = new HashMap<>(group.settings(SYNC_ID));
    // On a busy machine a codec of an update is away for longer than the default.
    settings.put("codecWaitMs", 30_000);
    settings.putAll(more);
    backup.configure("org.ipvssync.role.backup", LINK, settings);
  }

  /** Names the table of a node, and waits until it is in use. */
  void useTable(String role, String name) throws Exception {
    of(role).configure(NODE_PID, "", Map.of("table", name));
    Await.until("table " + name, () -> of(role).table(), table -> table.provider().equals(name));
  }

  /** Gives the table of a node another size: its provider comes back as a new service. */
  void resizeTable(String role) throws Exception {
    tableSize = tableSize == SMALL_TABLE ? LARGE_TABLE : SMALL_TABLE;
    of(role).configure("org.ipvssync.table.memory", "", Map.of("maxConnections", tableSize));
  }

  /** Both move to another group, the backup first. */
  void moveToAnotherGroup() throws Exception {
    group = TestGroup.random();
    configureBackup(Map.of());
    configureMaster(Map.of());
  }

  /** Waits until both links are up. */
  void awaitUp() throws Exception {
    for (String role : List.of(MASTER, BACKUP)) {
      Await.until(
          role + " is up",
          () -> of(role).link(role, LINK).map(LinkView::state).orElse("not there"),
          "up"::equals);
    }
  }

  /** Waits until the master has sent everything and the backup takes nothing more in. */
  void awaitQuiet() throws Exception {
    awaitUp();
    Await.until(
        "the master has sent everything",
        () -> master.link(MASTER, LINK),
        link -> link.isPresent() && link.get().pending() == 0);
    long[] before = {-1, 0};
    Await.until(
        "the backup is quiet",
        this::counts,
        counts -> {
          long now = counts.hashCode();
          before[1] = now == before[0] && isRead() ? before[1] + 1 : 0;
          before[0] = now;
          return before[1] >= QUIET_LOOKS;
        });
  }

  /** A backup that got no time to read is quiet, too. */
  private boolean isRead() {
    try {
      return group.unread() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Datagrams from one node to the other since they started.
   *
   * @param sent by the master
   * @param received by the backup and taken
   * @param refused by the backup, of which it says why
   * @param overflowed counted by the kernel: the backup's buffer was full
   * @param gaps times that the backup had no socket joined
   */
  record Counts(long sent, long received, long refused, long overflowed, long gaps) {
    /** Sent while no socket was joined, or overflowed. */
    long missing() {
      return sent - received - refused;
    }

    /** Missing, and not said to have overflowed: sent while no socket was joined. */
    long unheard() {
      return missing() - overflowed;
    }

    /** What was counted after another look. */
    Counts since(Counts before) {
      return new Counts(
          sent - before.sent,
          received - before.received,
          refused - before.refused,
          overflowed - before.overflowed,
          gaps - before.gaps);
    }
  }

  /** What both have counted. */
  Counts counts() {
    Map<String, Long> in = backup.totals(BACKUP);
    long refused = 0;
    for (String reason :
        Set.of("noCodec", "tooShort", "tooLong", "sizeMismatch", "otherSyncId", "spoolOverflow")) {
      refused += in.getOrDefault(reason, 0L);
    }
    return new Counts(
        master.totals(MASTER).getOrDefault("datagrams", 0L),
        in.getOrDefault("datagrams", 0L),
        refused,
        in.getOrDefault("socketOverflow", 0L),
        in.getOrDefault("gaps", 0L));
  }

  /** Waits until exactly so many are missing: what the kernel holds may come after some quiet. */
  void awaitMissing(long wanted) throws Exception {
    Await.until(wanted + " are missing", this::counts, counts -> counts.missing() == wanted);
  }

  /** Faults of the program on both nodes since they started; a link logs each kind only once. */
  long faults() {
    return faults(master, MASTER) + faults(backup, BACKUP);
  }

  private static long faults(NodeAgent node, String role) {
    return node.totals(role).getOrDefault("internalFault", 0L);
  }

  /** Sends the whole table, and waits until it is there. */
  void push() throws Exception {
    // Another link object may come with a swap, so the counter is the present link's.
    long before = pushedPasses();
    if (!master.push(LINK)) {
      throw new AssertionFailedError("the master cannot push");
    }
    Await.until("the push has ended", this::pushedPasses, now -> now > before);
    awaitQuiet();
  }

  private long pushedPasses() {
    return master
        .link(MASTER, LINK)
        .map(link -> link.counters().getOrDefault("pushedPasses", 0L))
        .orElse(0L);
  }

  /** Fails unless both tables hold what the model says, and nothing else. */
  void assertEqual(Load load) {
    assertEquals(List.of(), differences(load));
  }

  /** Where a table differs from the model, some of it. */
  List<String> differences(Load load) {
    return differences(load, Set.of());
  }

  /** The same, without what another master has made. */
  List<String> differences(Load load, Set<String> ofOthers) {
    Map<String, String> model = load.model();
    Map<String, String> inMaster = master.rows();
    Map<String, String> inBackup = backup.rows();
    inBackup.keySet().removeAll(ofOthers);
    Set<String> living = load.living(MARGIN_MS);
    List<String> found = new ArrayList<>();
    compare(MASTER, model, living, inMaster, found);
    compare(BACKUP, model, living, inBackup, found);
    return found;
  }

  /**
   * The same after a push that mends what was not heard. What the master has no more it cannot
   * push: an entry whose last change was lost lives on in the backup for as long as it would have.
   */
  List<String> differencesAfterPush(Load load) {
    Set<String> ended = new HashSet<>(backup.rows().keySet());
    ended.removeAll(master.rows().keySet());
    return differences(load, ended);
  }

  private static void compare(
      String where,
      Map<String, String> model,
      Set<String> living,
      Map<String, String> rows,
      List<String> found) {
    List<String> missing = living.stream().filter(key -> !rows.containsKey(key)).toList();
    List<String> other =
        rows.keySet().stream().filter(key -> !rows.get(key).equals(model.get(key))).toList();
    add(where + " lacks", missing, model, Map.of(), found);
    add(where + " has otherwise", other, model, rows, found);
  }

  private static void add(
      String what,
      List<String> keys,
      Map<String, String> model,
      Map<String, String> rows,
      List<String> found) {
    if (!keys.isEmpty()) {
      found.add(what + " " + keys.size() + " entries");
    }
    keys.stream()
        .limit(EXAMPLES)
        .forEach(key -> found.add(key + " made " + model.get(key) + ", is " + rows.get(key)));
  }

  @Override
  public void close() throws IOException {
    master.close();
    backup.close();
    try {
      masterNode.close();
    } finally {
      backupNode.close();
    }
  }
}
