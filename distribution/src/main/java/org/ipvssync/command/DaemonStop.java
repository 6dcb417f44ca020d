package org.ipvssync.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ipvssync.launcher.InstanceDir;

/** Takes a role from the node; when the node ends with its last one, waits until it is gone. */
final class DaemonStop {
  private static final long WITHIN_MS = 30_000;
  private static final long LOOK_EVERY_MS = 10;

  private final Context context;

  DaemonStop(Context context) {
    this.context = context;
  }

  /** Does the shell's line, which takes roles away. */
  int run(GogoLine line) throws IOException {
    InstanceDir dir = context.instance();
    long pid = pid(dir);
    int status;
    boolean ends;
    try (ControlClient client = context.connect()) {
      status = client.run(line.toString(), context.io().out(), new ErrorLines(context.io().err()));
      ends = hasNoRoles(client);
    }
    if (status == 0 && ends) {
      awaitEnd(dir, pid);
    }
    return status;
  }

  /** Ends a node that has no role; leaves any other alone. */
  void endWithoutRoles() throws IOException {
    InstanceDir dir = context.instance();
    long pid = pid(dir);
    try (ControlClient client = context.connect()) {
      // One command: another client may give the node a role at any time.
      OutputStream nowhere = OutputStream.nullOutputStream();
      if (client.run("ipvs:endIfIdle", nowhere, nowhere) != 0) {
        return;
      }
    } catch (IOException e) {
      return; // it has ended
    }
    awaitEnd(dir, pid);
  }

  /** True when the node lists no daemon, or is ending already. */
  private static boolean hasNoRoles(ControlClient client) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    try {
      int status = client.run("ipvs:daemons", list, OutputStream.nullOutputStream());
      // A node that is ending may not know the command any more.
      return status != 0 || list.toString(StandardCharsets.UTF_8).isBlank();
    } catch (IOException e) {
      return true;
    }
  }

  private static void awaitEnd(InstanceDir dir, long pid) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WITHIN_MS);
    while (isAlive(pid) || (pid == 0 && Files.exists(dir.socket()))) {
      if (System.nanoTime() > deadline) {
        throw CommandException.failed(
            "node "
                + dir.name()
                + " (pid "
                + pid
                + ") does not end after "
                + WITHIN_MS / 1000
                + " s: see its log, "
                + dir.logFile());
      }
      Pause.forMs(LOOK_EVERY_MS);
    }
  }

  /** The number that the node's process has written; 0 when there is none. */
  static long pid(InstanceDir dir) {
    try {
      return Long.parseLong(Files.readString(dir.pidFile()).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** False also for a process that nobody has buried yet (a container without an init). */
  static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException | IndexOutOfBoundsException e) {
      return false;
    }
  }
}
