package org.ipvssync.command.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ipvssync.command.ControlClient;

/** One session with a node's shell. One thread. */
final class NodeControl implements AutoCloseable {
  private final ControlClient client;

  private NodeControl(ControlClient client) {
    this.client = client;
  }

  /** Connects to the node that listens there. */
  static NodeControl connect(Path socket) throws IOException {
    return new NodeControl(ControlClient.connect(socket));
  }

  /** Runs a command and gives what it printed; a command that fails is a failure with its words. */
  String run(String command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    run(command, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Runs a command that prints to {@code out}. */
  void run(String command, OutputStream out) throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = client.run(command, out, err);
    if (status != 0) {
      String reason = err.toString(StandardCharsets.UTF_8).strip();
      throw new IOException(command + ": " + (reason.isEmpty() ? "status " + status : reason));
    }
  }

  /** What the node says of itself. */
  NodeStatus status() throws IOException {
    return NodeStatus.parse(run("ipvs:status --json"));
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
