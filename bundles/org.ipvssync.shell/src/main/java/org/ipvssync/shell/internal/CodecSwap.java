package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ipvssync.api.link.SwapLog;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncRole;

/** Gives master links another codec, and waits until they send with it. */
final class CodecSwap {
  /** How long a swap that is seen may take until it is measured. */
  static final long TOLD_MS = 1_000;

  private static final String KEY = "codec";

  private final NodeView view;
  private final KeptSettings settings;
  private final Patience patience;
  private final ShellLimits limits;

  CodecSwap(NodeView view, KeptSettings settings, Patience patience, ShellLimits limits) {
    this.view = view;
    this.settings = settings;
    this.patience = patience;
    this.limits = limits;
  }

  /** Says which codec each link uses, and which there are. */
  void show(PrintWriter out) throws IOException {
    List<LinkStatus> links = view.statuses();
    if (!links.isEmpty()) {
      TextTable table = new TextTable("LINK", "ROLE", "CODEC", "KEPT IN");
      for (LinkStatus link : links) {
        boolean master = link.role() == SyncRole.MASTER;
        table.row(
            link.name(),
            link.role().label(),
            link.codec().isEmpty() ? "-" : link.codec(),
            master ? settings.keptIn(link.name()) : "(a backup reads all of its key codecs)");
      }
      table.print(out);
      out.println();
    }
    Offer.print("CODEC", view.codecs(), out);
  }

  /**
   * Swaps, one link after the other, and prints a line for each.
   *
   * @param link the link, or empty for all master links
   */
  void swap(String codec, Optional<String> link, PrintWriter out)
      throws IOException, InterruptedException {
    List<LinkStatus> chosen = chosen(link);
    List<Offer> offers = view.codecs();
    if (!Offer.has(codec, offers)) {
      throw CommandFailure.failed(
          "codec: there is no codec '" + codec + "'; there is: " + Offer.names(offers));
    }
    for (LinkStatus one : chosen) {
      swap(one, codec, out);
    }
  }

  private List<LinkStatus> chosen(Optional<String> link) throws IOException {
    // Without a name the node's own links keep what the bundle that made them chose.
    List<LinkStatus> all = link.isEmpty() ? view.wantedStatuses() : view.statuses();
    List<LinkStatus> masters = all.stream().filter(s -> s.role() == SyncRole.MASTER).toList();
    List<LinkStatus> chosen =
        link.isEmpty()
            ? masters
            : masters.stream().filter(s -> s.name().equals(link.get())).toList();
    if (!chosen.isEmpty()) {
      return chosen;
    }
    if (link.isPresent() && all.stream().anyMatch(s -> s.name().equals(link.get()))) {
      throw CommandFailure.failed(
          "codec: '"
              + link.get()
              + "' is a backup: it reads every codec that its key codecs names, nothing is to be"
              + " chosen");
    }
    String names = masters.stream().map(LinkStatus::name).collect(Collectors.joining(", "));
    throw CommandFailure.failed(
        masters.isEmpty()
            ? "codec: " + whyNoMaster()
            : "codec: there is no master link '" + link.get() + "'; there is: " + names);
  }

  private String whyNoMaster() throws IOException {
    List<String> configured = settings.masters();
    return configured.isEmpty()
        ? "there is no master link; start one with --start-daemon=master"
        : "no master link runs, but there is a configuration of "
            + String.join(", ", configured)
            + "; start the role's bundle: ipvs-syncd shell start org.ipvssync.role.master";
  }

  private void swap(LinkStatus before, String codec, PrintWriter out)
      throws IOException, InterruptedException {
    boolean configured =
        settings.masterValue(before.name(), KEY).map(String::strip).orElse("").equals(codec);
    if (before.codec().equals(codec)) {
      if (!configured) {
        settings.setMaster(before.name(), KEY, codec);
      }
      say(before, "codec " + codec + " is in use already", out);
      return;
    }
    Undo undo = settings.setMaster(before.name(), KEY, codec);
    boolean seen = false;
    try {
      seen = patience.await(limits.upTimeoutMs(), () -> sends(before, codec));
    } finally {
      if (!seen) {
        undo.run();
      }
    }
    if (!seen) {
      throw CommandFailure.failed(
          before.name()
              + ": codec "
              + codec
              + " was not taken"
              + why(before)
              + "; all is as it was");
    }
    patience.await(TOLD_MS, () -> now(before).swaps().count() > before.swaps().count());
    say(before, told(before, now(before)), out);
  }

  private void say(LinkStatus link, String done, PrintWriter out) throws IOException {
    out.println(link.name() + ": " + done + "; kept in " + settings.keptIn(link.name()));
  }

  /** A link that is not up for another reason has nothing to swap but the choice. */
  private boolean sends(LinkStatus before, String codec) {
    LinkStatus now = now(before);
    return now.codec().equals(codec)
        && (now.state() == LinkState.UP || before.state() != LinkState.UP);
  }

  private static String told(LinkStatus before, LinkStatus now) {
    String swap =
        now.swaps().count() > before.swaps().count()
            ? SwapLog.describe(now.swaps().last())
            : "codec "
                + (before.codec().isEmpty() ? "none" : before.codec())
                + " -> "
                + now.codec()
                + (now.state() == LinkState.UP ? "" : "; the link is " + now.state().label());
    return now.detail().isEmpty() ? swap : swap + "; " + now.detail();
  }

  private String why(LinkStatus before) {
    LinkStatus now = now(before);
    return now.detail().isEmpty()
        ? " within " + limits.upTimeoutMs() / 1000 + " s, see the log"
        : ": " + now.detail();
  }

  private LinkStatus now(LinkStatus before) {
    return view.status(SyncRole.MASTER, before.name()).orElse(before);
  }
}
