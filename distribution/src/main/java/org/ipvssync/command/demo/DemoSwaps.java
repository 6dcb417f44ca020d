package org.ipvssync.command.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.command.child.ChildFailure;
import org.ipvssync.command.child.NodeControl;
import org.ipvssync.command.child.NodeStatus;

/**
 * Exchanges parts of both running nodes by command, round after round, each of which ends with the
 * parts that it began with. A thread of its own.
 *
 * <p>The backup's transport is exchanged with the new one first: with no socket joined, what is
 * sent meanwhile would reach nobody. Nothing else needs such care.
 */
final class DemoSwaps {
  private static final String V1 = "org.ipvssync.codec.v1";
  private static final String MEMORY = "org.ipvssync.table.memory";
  private static final String TRANSPORT = "org.ipvssync.transport.multicast";
  private static final long PAUSE_MS = 150;
  private static final long POLL_MS = 10;
  private static final long COUNTED_MS = 60_000;
  private static final long JOIN_MS = 10_000;

  /** From the last swap to the kill: everything that waited was sent long ago. */
  private static final long SETTLED_MS = 1_000;

  private final DemoNodes nodes;
  private final Path bundles;
  private final SyncClock clock;
  private final LongConsumer progress;
  private final Thread thread;
  private volatile SwapCount count = SwapCount.NONE;
  private volatile boolean finishing;
  private volatile boolean ended;
  private volatile long endedMs;
  private volatile String failure = "";
  private int newer;

  private DemoSwaps(DemoNodes nodes, Path bundles, SyncClock clock, LongConsumer progress) {
    this.nodes = nodes;
    this.bundles = bundles;
    this.clock = clock;
    this.progress = progress;
    this.thread = Thread.ofPlatform().daemon().name("demo-swaps").unstarted(this::swap);
  }

  /**
   * Begins.
   *
   * @param bundles the distribution's folder of bundles
   * @param progress is told how many swaps were done
   */
  static DemoSwaps start(DemoNodes nodes, Path bundles, SyncClock clock, LongConsumer progress) {
    DemoSwaps swaps = new DemoSwaps(nodes, bundles, clock, progress);
    swaps.thread.start();
    return swaps;
  }

  /** What they came to. */
  SwapCount count() {
    return count;
  }

  /** This round is the last. */
  void finish() {
    finishing = true;
  }

  /** True when the last round ended some time ago. */
  boolean isSettled() {
    return ended && clock.nowMs() - endedMs >= SETTLED_MS;
  }

  /** Fails when a swap has failed. */
  void check() throws ChildFailure {
    if (!failure.isEmpty()) {
      throw new ChildFailure("a swap failed: " + failure);
    }
  }

  /** Ends the thread, whatever it does. */
  void end() {
    finishing = true;
    thread.interrupt();
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void swap() {
    try (NodeControl master = NodeControl.connect(nodes.master().socket());
        NodeControl backup = NodeControl.connect(nodes.backup().socket())) {
      do {
        round(master, backup);
      } while (!finishing);
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      failure = e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endedMs = clock.nowMs();
      ended = true;
    }
  }

  private void round(NodeControl master, NodeControl backup)
      throws IOException, InterruptedException {
    // What v0 cannot carry waits for v1.
    one(master, "ipvs:codec v0 " + DemoNodes.LINK);
    one(master, "ipvs:codec v1 " + DemoNodes.LINK);
    for (NodeControl node : List.of(master, backup)) {
      one(node, "ipvs:update " + V1);
      node.run("ipvs:refresh " + V1);
    }
    for (NodeControl node : List.of(master, backup)) {
      if (node.run("ipvs:table").contains("mapped")) {
        one(node, "ipvs:table mapped");
        one(node, "ipvs:table memory");
      } else {
        one(node, "ipvs:update " + MEMORY);
      }
    }
    one(master, "ipvs:update " + TRANSPORT);
    newTransportFirst(backup);
  }

  private void newTransportFirst(NodeControl node) throws IOException, InterruptedException {
    String old = number(node, TRANSPORT);
    Path jar = nodes.dir().resolve("transport-" + ++newer + ".jar");
    NewerJar.write(shipped(TRANSPORT), newer, jar);
    Matcher installed = Pattern.compile("(\\d+)").matcher(node.run("ipvs:install " + jar.toUri()));
    if (!installed.find()) {
      throw new IOException("the new transport has no number");
    }
    one(node, "ipvs:start " + installed.group(1));
    node.run("ipvs:uninstall " + old);
  }

  /** One command, and then the wait until the node has counted what it did. */
  private void one(NodeControl node, String command) throws IOException, InterruptedException {
    NodeStatus before = await(node, DemoSwaps::isUp, "before " + command + ": no link is up");
    node.run(command);
    NodeStatus now =
        await(
            node,
            status -> isUp(status) && status.swapsCounted() > before.swapsCounted(),
            command + ": no swap followed it");
    SwapCount sum = count.plus(before.tableSwaps(), now.tableSwaps());
    for (NodeStatus.Link link : now.links()) {
      sum = sum.plus(before.link(link.role()).orElse(link).swaps(), link.swaps());
    }
    count = sum;
    progress.accept(sum.swaps());
    Thread.sleep(PAUSE_MS);
  }

  private NodeStatus await(NodeControl node, Predicate<NodeStatus> wanted, String failure)
      throws IOException, InterruptedException {
    long deadline = clock.nowMs() + COUNTED_MS;
    NodeStatus status = node.status();
    while (!wanted.test(status)) {
      if (clock.nowMs() > deadline) {
        throw new IOException(failure);
      }
      Thread.sleep(POLL_MS);
      status = node.status();
    }
    return status;
  }

  /** Each of the two nodes has a link. */
  private static boolean isUp(NodeStatus status) {
    return !status.links().isEmpty() && status.links().stream().allMatch(NodeStatus.Link::isUp);
  }

  private static String number(NodeControl node, String bundle) throws IOException {
    Matcher line =
        Pattern.compile("(?m)^\\s*(\\d+)\\|.*\\b" + Pattern.quote(bundle) + "\\b")
            .matcher(node.run("felix:lb -s " + bundle));
    if (!line.find()) {
      throw new IOException("no bundle " + bundle);
    }
    return line.group(1);
  }

  private Path shipped(String bundle) throws IOException {
    try (DirectoryStream<Path> levels = Files.newDirectoryStream(bundles)) {
      for (Path level : levels) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(level, bundle + "-*.jar")) {
          for (Path jar : jars) {
            return jar;
          }
        }
      }
    }
    throw new IOException("no " + bundle + " in " + bundles);
  }
}
