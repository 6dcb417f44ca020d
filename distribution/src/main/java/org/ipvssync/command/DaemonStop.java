package org.ipvssync.command;

import java.io.IOException;
import java.io.OutputStream;
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
    boolean ends;
    try (ControlClient client = context.connect()) {
      int status =
          client.run(line.toString(), context.io().out(), new ErrorLines(context.io().err()));
      if (status != 0) {
        return status;
      }
      ends = isEnding(client);
    }
    if (ends) {
      awaitEnd(dir, pid);
    }
    return 0;
  }

  /** Ends a node that has no role; leaves any other alone. */
  void endWithoutRoles() throws IOException {
    InstanceDir dir = context.instance();
    long pid = pid(dir);
    try (ControlClient client = context.connect()) {
      if (endIfIdle(client) != 0) {
        return;
      }
    } catch (IOException e) {
      return; // it has ended
    }
    awaitEnd(dir, pid);
  }

  /** False when the node says that it goes on: it alone knows who still wants it. */
  private static boolean isEnding(ControlClient client) {
    try {
      // A node that is ending may not know the command any more.
      return endIfIdle(client) != CommandException.FAILED;
    } catch (IOException e) {
      return true;
    }
  }

  /** One command: another client may give the node a role at any time. Its status. */
  private static int endIfIdle(ControlClient client) throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    return client.run("ipvs:endIfIdle", nowhere, nowhere);
  }

  /** Waits until a node that is ending has ended. */
  static void awaitEnd(InstanceDir dir, long pid) throws IOException {
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
