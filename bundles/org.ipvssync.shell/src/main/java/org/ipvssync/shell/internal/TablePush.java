package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;

/** Makes every master towards peers send its whole table, and waits until it has. */
final class TablePush {
  private static final long PROGRESS_EVERY_MS = 1_000;

  private final NodeView view;
  private final Patience patience;

  TablePush(NodeView view, Patience patience) {
    this.view = view;
    this.patience = patience;
  }

  /** Pushes through all masters, with a line of progress about once a second. */
  void run(PrintWriter out) throws InterruptedException {
    List<Pass> passes = begin(out);
    while (!patience.await(PROGRESS_EVERY_MS, () -> passes.stream().allMatch(this::hasEnded))) {
      for (Pass pass : passes) {
        out.println(pass.progress());
      }
      out.flush();
    }
    for (Pass pass : passes) {
      out.println(pass.name + ": done, " + pass.copied() + " records copied");
    }
  }

  private List<Pass> begin(PrintWriter out) {
    List<SyncLink> masters =
        view.wantedLinks().stream().filter(l -> l.status().role() == SyncRole.MASTER).toList();
    if (masters.isEmpty()) {
      throw CommandFailure.failed(
          "no master link here: only a master sends its table; start one with"
              + " --start-daemon=master, or run this on the director that has one");
    }
    List<Pass> passes = new ArrayList<>();
    for (SyncLink master : masters) {
      // Counted before the push: a pass that ends in between would else be missed for ever.
      Pass pass = new Pass(master);
      if (master.push()) {
        passes.add(pass);
      } else {
        out.println(pass.name + ": " + cannotPush(master.status()));
      }
    }
    if (passes.isEmpty()) {
      throw CommandFailure.failed(
          "no master can send its whole table: version 0 has no timeouts; use a master of"
              + " version 1");
    }
    return passes;
  }

  private static String cannotPush(LinkStatus status) {
    return "cannot send its whole table"
        + (status.codec().isEmpty() ? "" : ", its codec is " + status.codec());
  }

  private boolean hasEnded(Pass pass) {
    if (pass.ended()) {
      return true;
    }
    LinkStatus status = pass.link.status();
    LinkState state = status.state();
    if (state == LinkState.STOPPED || state == LinkState.REFUSED || !isThere(pass.link)) {
      throw CommandFailure.failed(
          "master '" + pass.name + "' ended before it had sent its table; try again when it is up");
    }
    goOnWith(pass, status.codec());
    return false;
  }

  /**
   * Without a codec a pass waits for one, but not for the end that it has with one of version 0.
   */
  private static void goOnWith(Pass pass, String codec) {
    if (codec.isEmpty() || codec.equals(pass.codec)) {
      return;
    }
    // A link says only when it is asked whether it can.
    pass.codec = codec;
    if (!pass.link.push()) {
      throw CommandFailure.failed(
          "master '"
              + pass.name
              + "' cannot send the rest of its table: its codec is "
              + codec
              + " now, which has no timeouts; use a master of version 1");
    }
  }

  private boolean isThere(SyncLink link) {
    return view.links().stream().anyMatch(l -> l == link);
  }

  /** One master's way through its table. */
  private static final class Pass {
    private final SyncLink link;
    private final String name;
    private final long passesBefore;
    private final long copiesBefore;

    /** The last one that it was asked to send its table with. */
    private String codec;

    Pass(SyncLink link) {
      LinkStatus status = link.status();
      this.link = link;
      this.name = status.name();
      this.passesBefore = count(status, LinkCounter.PUSHED_PASSES);
      this.copiesBefore = count(status, LinkCounter.COPIES);
      this.codec = status.codec();
    }

    boolean ended() {
      return count(link.status(), LinkCounter.PUSHED_PASSES) > passesBefore;
    }

    long copied() {
      return count(link.status(), LinkCounter.COPIES) - copiesBefore;
    }

    String progress() {
      LinkStatus status = link.status();
      return name
          + ": "
          + copied()
          + " records copied"
          + (status.state() == LinkState.UP
              ? ""
              : ", "
                  + status.state().label()
                  + (status.detail().isEmpty() ? "" : " (" + status.detail() + ")"));
    }

    private static long count(LinkStatus status, LinkCounter counter) {
      return status.counters().getOrDefault(counter, 0L);
    }
  }
}
