package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.ipvssync.api.link.SwapLog;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;

/** Gives the node another table, and waits until the content is there. */
final class TableSwap {
  private static final String KEY = "table";

  /** What holds when nothing is configured. */
  private static final String DEFAULT = "memory";

  private final NodeView view;
  private final KeptSettings settings;
  private final Patience patience;
  private final ShellLimits limits;

  TableSwap(NodeView view, KeptSettings settings, Patience patience, ShellLimits limits) {
    this.view = view;
    this.settings = settings;
    this.patience = patience;
    this.limits = limits;
  }

  /** Says which table is in use and which is configured, and which there are. */
  void show(PrintWriter out) throws IOException {
    TableStatus table = view.node().table();
    out.println(
        "in use: "
            + (table.provider().isEmpty() ? "none" : table.provider())
            + ", configured: "
            + configured()
            + (table.detail().isEmpty() ? "" : "; " + table.detail()));
    out.println();
    Offer.print("TABLE", view.tables(), out);
  }

  /** Swaps, and prints a line. */
  void swap(String name, PrintWriter out) throws IOException, InterruptedException {
    SyncNode node = view.node();
    List<Offer> offers = view.tables();
    if (!Offer.has(name, offers)) {
      throw CommandFailure.failed(
          "table: there is no table '" + name + "'; there is: " + Offer.names(offers));
    }
    TableStatus before = node.table();
    if (before.provider().equals(name)) {
      boolean configured = configured().equals(name);
      if (!configured) {
        settings.setNode(KEY, name);
      }
      out.println("table " + name + " is in use already" + (configured ? "" : ", and now kept"));
      return;
    }
    Undo undo = settings.setNode(KEY, name);
    boolean seen = false;
    String why = "";
    try {
      patience.await(limits.upTimeoutMs(), () -> isDecided(before, node.table(), name));
      TableStatus tried = node.table();
      seen = tried.provider().equals(name);
      why = tried.detail();
    } finally {
      if (!seen) {
        undo.run();
      }
    }
    if (!seen) {
      throw notTaken(name, why);
    }
    patience.await(CodecSwap.TOLD_MS, () -> node.table().swaps().count() > before.swaps().count());
    TableStatus now = node.table();
    out.println(
        now.swaps().count() > before.swaps().count()
            ? SwapLog.describe(now.swaps().last())
            : "table " + name + " is in use");
  }

  /** A second failure for the same reason has the same words: only the number tells it. */
  private static boolean isDecided(TableStatus before, TableStatus now, String name) {
    return now.provider().equals(name)
        || (!now.detail().isEmpty() && now.attempts() > before.attempts());
  }

  private CommandFailure notTaken(String name, String why) {
    if (why.startsWith("table " + name + " ")) {
      return CommandFailure.failed(why + "; all is as it was");
    }
    return CommandFailure.failed(
        "table "
            + name
            + " was not taken"
            + (why.isEmpty()
                ? " within " + limits.upTimeoutMs() / 1000 + " s, see the log"
                : ": " + why)
            + "; all is as it was");
  }

  private String configured() throws IOException {
    return settings.nodeValue(KEY).map(String::strip).filter(v -> !v.isEmpty()).orElse(DEFAULT);
  }
}
