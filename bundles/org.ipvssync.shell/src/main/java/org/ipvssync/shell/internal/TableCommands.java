package org.ipvssync.shell.internal;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Commands that list the node's table, ask for others' and send it. */
@Component(service = TableCommands.class, immediate = true)
@GogoCommand(
    scope = "ipvs",
    function = {"connections", "resync"})
public final class TableCommands {
  private final NodeView view;
  private final Patience patience;

  /** In a running node. */
  @Activate
  public TableCommands(@Reference NodeTracker tracker) {
    this(tracker, Patience.system());
  }

  TableCommands(NodeView view, Patience patience) {
    this.view = view;
    this.patience = patience;
  }

  /** Lists the table. */
  @Descriptor(
      """
      lists the connections in the table
         example: ipvs:connections --format json\
      """)
  public void connections(
      @Parameter(names = "--format", absentValue = "table")
          @Descriptor(
              "ipvsadm (as ipvsadm -Lnc), table (for people, the default),"
                  + " proc (as /proc/net/ip_vs_conn_sync) or json (one object a line)")
          String format)
      throws Exception {
    ConnectionFormat chosen = ConnectionFormat.of(format);
    GogoOutput.with(out -> ConnectionList.print(view.node(), chosen, out));
  }

  /** Brings tables together. */
  @Descriptor(
      """
      asks peers for their whole table, or sends this node's with --push; returns when that is done
         example: ipvs:resync\
      """)
  public void resync(
      @Parameter(names = "--push", presentValue = "true", absentValue = "false")
          @Descriptor("send this node's table, such as to backups that are stock kernels")
          boolean push)
      throws Exception {
    if (push) {
      GogoOutput.with(new TablePush(view, patience)::run);
    } else {
      GogoOutput.with(new TablePull(view, patience)::run);
    }
  }
}
