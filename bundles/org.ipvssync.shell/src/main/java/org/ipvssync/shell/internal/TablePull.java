package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import org.ipvssync.api.node.TableResync;

/** Asks peers for their whole table, and waits until it is here. */
final class TablePull {
  private static final long PROGRESS_EVERY_MS = 1_000;

  private final NodeView view;
  private final Patience patience;

  TablePull(NodeView view, Patience patience) {
    this.view = view;
    this.patience = patience;
  }

  /**
   * Asks, or follows a resync that is going on, with a line of progress about once a second.
   *
   * @throws CommandFailure when nobody answered, or a peer did not end what it began
   */
  void run(PrintWriter out) throws InterruptedException {
    if (resync().begin() == 0) {
      throw CommandFailure.failed(
          "resync: no link is up to ask through; see ipvs-syncd status, or start one with"
              + " --start-daemon=backup");
    }
    while (!patience.await(PROGRESS_EVERY_MS, () -> isOver(resync().status()))) {
      out.println(ResyncText.line(resync().status()));
      out.flush();
    }
    TableResync.Status end = resync().status();
    switch (end.state()) {
      case NONE ->
          throw CommandFailure.failed(
              "resync: its bundle was exchanged meanwhile, and the new one has not asked: ask"
                  + " again");
      case NOBODY -> throw CommandFailure.failed("resync: " + nobody(end));
      case FAILED ->
          throw CommandFailure.failed("resync: " + ResyncText.line(end) + "; what came is kept");
      default -> out.println(ResyncText.line(end));
    }
  }

  /** None was begun: what was begun belonged to a bundle that has gone. */
  private static boolean isOver(TableResync.Status status) {
    return status.hasEnded() || status.state() == TableResync.State.NONE;
  }

  private static String nobody(TableResync.Status end) {
    return ResyncText.line(end)
        + "; for a kernel's own daemon run 'ipvs-syncd resync --push' on the director that has the"
        + " table";
  }

  /** Each time anew: its bundle may be exchanged meanwhile. */
  private TableResync resync() {
    return view.resyncIfPresent()
        .orElseThrow(
            () ->
                CommandFailure.failed(
                    "resync: nobody here can ask for a table; start the bundle: ipvs-syncd shell"
                        + " start org.ipvssync.resync"));
  }
}
