package org.ipvssync.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.control.ControlFrame;
import org.ipvssync.launcher.InstanceDir;

/** Adds a role to the node, and starts the node in the background if none runs. */
final class DaemonStart {
  /** On a slow machine a start takes many seconds; a node that ends instead is noticed at once. */
  private static final long WITHIN_MS = 90_000;

  private static final long LOOK_EVERY_MS = 10;
  private static final int ATTEMPTS = 3;

  private final Context context;

  DaemonStart(Context context) {
    this.context = context;
  }

  /**
   * Returns when the link is up, or it is known why not.
   *
   * <p>The node may be ending, such as one whose only link was refused to another command at the
   * same time: the next one takes the role.
   */
  int run(GogoLine line) throws IOException {
    InstanceDir dir = context.instance();
    int status = ControlFrame.EXIT_ENDING;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (int i = 0; i < ATTEMPTS && status == ControlFrame.EXIT_ENDING; i++) {
      said.reset();
      status = once(line, dir, said);
    }
    said.writeTo(new ErrorLines(context.io().err()));
    return status == ControlFrame.EXIT_ENDING ? CommandException.FAILED : status;
  }

  private int once(GogoLine line, InstanceDir dir, OutputStream err) throws IOException {
    boolean mine = !isRunning(dir);
    if (mine) {
      dir.create();
      await(dir);
    }
    long pid = DaemonStop.pid(dir);
    int status = context.send(line.toString(), err);
    if (status == ControlFrame.EXIT_ENDING) {
      DaemonStop.awaitEnd(dir, pid);
    } else if (mine && status != 0) {
      // A node that was made for this role alone, and did not get it, must not stay.
      new DaemonStop(context).endWithoutRoles();
    }
    return status;
  }

  private boolean isRunning(InstanceDir dir) throws IOException {
    try {
      ControlClient.connect(dir.socket()).close();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // somebody's; sending will say what is wrong
    }
  }

  /** Starts the node, and returns when it or one that another command started takes commands. */
  private void await(InstanceDir dir) throws IOException {
    BackgroundNode node = BackgroundNode.start(dir);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WITHIN_MS);
    while (!isRunning(dir)) {
      if (!node.isAlive() && !isRunning(dir)) {
        if (!node.foundAnother(dir)) {
          throw CommandException.failed("the node ended at once: " + node.lastWord());
        }
        if (!DaemonStop.isAlive(DaemonStop.pid(dir))) {
          node = BackgroundNode.start(dir); // the other one has ended, or has not said its number
        }
      }
      if (System.nanoTime() > deadline) {
        node.end();
        throw CommandException.failed(
            "the node does not answer after " + WITHIN_MS / 1000 + " s: see " + dir.logFile());
      }
      Pause.forMs(LOOK_EVERY_MS);
    }
  }
}
