package org.ipvssync.shell.internal;

import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Commands that say how the node is, and the one that ends it. */
@Component(service = StatusCommands.class, immediate = true)
@GogoCommand(
    scope = "ipvs",
    function = {"status", "ready", "daemons", "shutdown"})
public final class StatusCommands {
  private static final int MAX_WAIT_S = 86_400;

  private final NodeView view;
  private final Patience patience;
  private final NodeStop stop;

  /** In a running node. */
  @Activate
  public StatusCommands(@Reference NodeTracker tracker) {
    this(tracker, Patience.system(), tracker.nodeStop());
  }

  StatusCommands(NodeView view, Patience patience, NodeStop stop) {
    this.view = view;
    this.patience = patience;
    this.stop = stop;
  }

  /** Shows the node. */
  @Descriptor(
      """
      shows the node, its table and its links, with what was dropped and why
         example: ipvs:status --json\
      """)
  public void status(
      @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          @Descriptor("one JSON object, for programs")
          boolean json)
      throws Exception {
    StatusReport report = StatusReport.of(view);
    GogoOutput.with(
        out -> {
          if (json) {
            StatusJson.print(report, out);
          } else {
            StatusText.print(report, out);
          }
        });
  }

  /** Says whether the node does its work. */
  @Descriptor(
      """
      fails with the reasons unless a table and all links are up, and the table is complete
         example: ipvs:ready --wait 10\
      """)
  public void ready(
      @Parameter(names = "--wait", absentValue = "0")
          @Descriptor("S: seconds to wait for it, 0 to 86400, default 0")
          String waitS)
      throws Exception {
    int seconds = new Arguments("ready").number("--wait", waitS, 0, MAX_WAIT_S);
    if (!patience.await(seconds * 1000L, () -> Readiness.missing(view).isEmpty())) {
      Optional<String> missing = Readiness.missing(view);
      if (missing.isPresent()) {
        throw CommandFailure.failed(missing.get());
      }
    }
    GogoOutput.with(out -> out.println("ready"));
  }

  /** Lists links. */
  @Descriptor(
      """
      lists the sync daemons in the words of 'ipvsadm -l --daemon'
         example: ipvs:daemons\
      """)
  public void daemons() throws Exception {
    GogoOutput.with(out -> DaemonList.print(view.wantedStatuses(), out));
  }

  /** Ends the node. */
  @Descriptor(
      """
      ends the node with all its links
         example: ipvs:shutdown\
      """)
  public void shutdown() {
    stop.request(GogoOutput.session());
  }
}
