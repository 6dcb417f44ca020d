package org.ipvssync.command.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ipvssync.command.child.NodeControl;

/** Asks both nodes how they are, some times a second, and shows it. A thread of its own. */
final class ProgressThread {
  private static final long JOIN_MS = 5_000;

  /** Says which of the descriptors 0, 1 and 2 are terminals; bin/ipvs-syncd looks. */
  private static final String TERMINALS = "ipvssync.tty";

  private final Progress progress;
  private final DemoNodes nodes;
  private final WireTap tap;
  private final WorkloadModel model;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean warm;
  private volatile long elapsedMs;
  private volatile long opened;
  private volatile int live;
  private volatile long swaps;

  private ProgressThread(Progress progress, DemoNodes nodes, WireTap tap, WorkloadModel model) {
    this.progress = progress;
    this.nodes = nodes;
    this.tap = tap;
    this.model = model;
    this.thread = Thread.ofPlatform().daemon().name("demo-progress").unstarted(this::showAll);
  }

  /** Begins to show. */
  static ProgressThread start(PrintStream out, DemoNodes nodes, WireTap tap, WorkloadModel model) {
    Progress progress = new Progress(out, System.getProperty(TERMINALS, "").contains("1"));
    ProgressThread made = new ProgressThread(progress, nodes, tap, model);
    made.thread.start();
    return made;
  }

  /** Says how far the workload is. */
  void update(long elapsedMs, long opened, int live) {
    this.elapsedMs = elapsedMs;
    this.opened = opened;
    this.live = live;
  }

  /** Says how many swaps were done. */
  void swapped(long count) {
    swaps = count;
  }

  /** Says that the nodes are warm: from now on the numbers count. */
  void warm() {
    warm = true;
  }

  /** Ends; the last line stays. */
  void end() {
    ended.countDown();
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    progress.end();
  }

  private void showAll() {
    try (NodeControl master = NodeControl.connect(nodes.master().socket());
        NodeControl backup = NodeControl.connect(nodes.backup().socket())) {
      while (!ended.await(progress.intervalMs(), TimeUnit.MILLISECONDS)) {
        long masterEntries = master.status().connections();
        long backupEntries = backup.status().connections();
        progress.show(
            new LiveNumbers(
                elapsedMs,
                warm,
                opened,
                live,
                tap.count().bytes(),
                masterEntries,
                backupEntries,
                model.delays(),
                swaps));
      }
    } catch (IOException e) {
      // A node is gone: who feeds or asks it next will say so.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
