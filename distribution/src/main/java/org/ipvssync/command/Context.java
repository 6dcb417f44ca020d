package org.ipvssync.command;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.function.Function;
import org.ipvssync.launcher.InstanceDir;

/** What every command knows: where to read and write, and which node is meant. One thread. */
final class Context {
  private final StandardIo io;
  private final Function<String, InstanceDir> directories;
  private String instance = InstanceDir.DEFAULT_NAME;

  Context(StandardIo io) {
    this(io, InstanceDir::of);
  }

  /** With another way to find an instance's directory, for tests. */
  Context(StandardIo io, Function<String, InstanceDir> directories) {
    this.io = io;
    this.directories = directories;
  }

  StandardIo io() {
    return io;
  }

  void setInstance(String instance) {
    this.instance = instance;
  }

  InstanceDir instance() {
    return directories.apply(instance);
  }

  /** Lets the running node do one line; returns its exit status. */
  int send(String line) throws IOException {
    return send(line, new ErrorLines(io.err()));
  }

  /** The same, with what the node says on standard error for {@code err}. */
  int send(String line, OutputStream err) throws IOException {
    try (ControlClient client = connect()) {
      int status = client.run(line, io.out(), err);
      io.out().flush();
      return status;
    } catch (EOFException e) {
      throw CommandException.failed("node " + instance + " ended before it had answered");
    }
  }

  /** A session with the running node. */
  ControlClient connect() throws IOException {
    InstanceDir dir = instance();
    try {
      return ControlClient.connect(dir.socket());
    } catch (NoSuchFileException e) {
      throw CommandException.failed(noNode());
    } catch (AccessDeniedException e) {
      throw CommandException.failed(
          "node " + instance + " belongs to another user: " + dir.socket() + " may not be opened");
    } catch (IOException e) {
      throw CommandException.failed(dir.socket() + ": " + e.getMessage());
    }
  }

  private String noNode() {
    String of = instance.equals(InstanceDir.DEFAULT_NAME) ? "" : " --instance " + instance;
    return "no node "
        + instance
        + " runs: start it with ipvs-syncd"
        + of
        + " --start-daemon=backup --mcast-interface=INTERFACE";
  }
}
