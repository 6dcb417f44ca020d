package org.ipvssync.command;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.commons.cli.Options;

/** Says whether a node could take over. */
final class ReadyCommand implements Command {
  private static final long LOOK_EVERY_MS = 100;
  private static final int LONGEST_WAIT_S = 86_400;

  @Override
  public Options options() {
    return new Options().addOption(Words.value("wait"));
  }

  @Override
  public int run(Context context, Words words) throws IOException {
    words.noPlain();
    int waitS = words.number("wait", 0, 0, LONGEST_WAIT_S);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitS);
    awaitNode(context, deadline);
    long leftS = secondsBegun(deadline - System.nanoTime());
    GogoLine line = new GogoLine("ipvs:ready");
    return context.send(line.option("--wait", leftS == 0 ? null : leftS).toString());
  }

  /** The node counts whole seconds: of the last one it waits rather more than nothing. */
  static long secondsBegun(long nanos) {
    return Math.ceilDiv(Math.max(0, nanos), TimeUnit.SECONDS.toNanos(1));
  }

  /** At boot the node may come later than whoever asks. */
  private static void awaitNode(Context context, long deadline) throws IOException {
    while (true) {
      try {
        context.connect().close();
        return;
      } catch (CommandException e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
      }
      Pause.forMs(LOOK_EVERY_MS);
    }
  }
}
