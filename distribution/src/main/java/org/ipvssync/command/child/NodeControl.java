package org.ipvssync.command.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ipvssync.command.ControlClient;

/** One session with a node's shell. One thread. */
public final class NodeControl implements AutoCloseable {
  private static final long READY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long POLL_MS = 10;

  private final ControlClient client;

  private NodeControl(ControlClient client) {
    this.client = client;
  }

  /** Connects to the node that listens there. */
  public static NodeControl connect(Path socket) throws IOException {
    return new NodeControl(ControlClient.connect(socket));
  }

  /**
   * Connects to a node that has just been started, as soon as it takes commands.
   *
   * @throws IOException when it has ended, or takes none after a minute
   */
  public static NodeControl await(ChildNode node) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      NodeControl control = null;
      try {
        control = connect(node.socket());
        control.status();
        return control;
      } catch (IOException e) {
        if (control != null) {
          control.close();
        }
        if (!node.isAlive()) {
          throw new IOException("it never took commands", e);
        }
        if (System.nanoTime() - begin > READY_NANOS) {
          throw new IOException("it takes no commands: " + e.getMessage(), e);
        }
      }
      Thread.sleep(POLL_MS);
    }
  }

  /** Runs a command and gives what it printed; a command that fails is a failure with its words. */
  public String run(String command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    run(command, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Runs a command that prints to {@code out}. */
  public void run(String command, OutputStream out) throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = client.run(command, out, err);
    if (status != 0) {
      String reason = err.toString(StandardCharsets.UTF_8).strip();
      throw new IOException(command + ": " + (reason.isEmpty() ? "status " + status : reason));
    }
  }

  /** What the node says of itself. */
  public NodeStatus status() throws IOException {
    return NodeStatus.parse(run("ipvs:status --json"));
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
