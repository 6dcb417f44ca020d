package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.function.Predicate;
import org.ipvssync.command.child.ChildNode;
import org.ipvssync.command.child.Json;
import org.ipvssync.command.child.NodeControl;
import org.ipvssync.command.child.NodeStatus;

/** A node and a session with it. One thread. */
final class BenchNode implements AutoCloseable {
  private static final String RESYNC = "org.ipvssync.resync";

  /** Seldom, since what is waited for may be what is measured: a look takes a processor from it. */
  private static final long POLL_MS = 200;

  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final ChildNode process;
  private final NodeControl control;

  private final long pid;

  private BenchNode(ChildNode process, NodeControl control) throws IOException {
    this.process = process;
    this.control = control;
    // Asked for once: a node that answers a command is not idle.
    this.pid = Json.number(control.status().all(), "pid");
  }

  /**
   * A node's status at a time.
   *
   * @param atNanos the middle between asking and the answer, by the machine's monotonic clock
   */
  record Look(long atNanos, NodeStatus status) {
    NodeStatus.Link backup() throws IOException {
      return status.link("backup").orElseThrow(() -> new IOException("the backup link is gone"));
    }

    NodeStatus.Link master() throws IOException {
      return status.link("master").orElseThrow(() -> new IOException("the master link is gone"));
    }
  }

  /** Waits until the node takes commands. */
  static BenchNode await(ChildNode process) throws IOException, InterruptedException {
    return new BenchNode(process, NodeControl.await(process));
  }

  /** The process. */
  ChildNode process() {
    return process;
  }

  /** The number of its JVM. */
  long pid() {
    return pid;
  }

  /** How it is now. */
  Look look() throws IOException {
    long before = System.nanoTime();
    NodeStatus status = control.status();
    return new Look(before + (System.nanoTime() - before) / 2, status);
  }

  /** Runs a command. */
  String run(String command) throws IOException {
    return control.run(command);
  }

  /** Waits until something is so. */
  Look await(String what, Predicate<NodeStatus> condition)
      throws IOException, InterruptedException {
    Look look = awaitAtMost(PATIENCE_NANOS, condition);
    if (!condition.test(look.status())) {
      throw new IOException("waited in vain until " + what);
    }
    return look;
  }

  /** Waits until something is so, or the time is over. */
  Look awaitAtMost(long nanos, Predicate<NodeStatus> condition)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Look look = look();
    while (!condition.test(look.status()) && System.nanoTime() - begin < nanos) {
      Thread.sleep(POLL_MS);
      look = look();
    }
    return look;
  }

  /** Waits until the link of that role is up. */
  Look awaitUp(String role) throws IOException, InterruptedException {
    return await(
        "its " + role + " link is up",
        status -> status.link(role).map(NodeStatus.Link::isUp).orElse(false));
  }

  /**
   * In a group where a node has a master link alone, resync listens for those who ask. On one
   * machine that listener hears all that its own node sends, which it does not between machines.
   */
  void stopResync() throws IOException {
    run("ipvs:stop " + RESYNC);
  }

  /** The opposite. */
  void startResync() throws IOException {
    run("ipvs:start " + RESYNC);
  }

  /** Ends the session; the process goes on. */
  @Override
  public void close() throws IOException {
    control.close();
  }
}
