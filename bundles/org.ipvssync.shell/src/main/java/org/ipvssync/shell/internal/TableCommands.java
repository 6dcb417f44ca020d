package org.ipvssync.shell.internal;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Commands that list the node's table and send it. */
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

  /** Sends the whole table. */
  @Descriptor(
      """
      with --push, every master sends its whole table; returns when it has
         example: ipvs:resync --push\
      """)
  public void resync(
      @Parameter(names = "--push", presentValue = "true", absentValue = "false")
          @Descriptor("send the table; asking a peer for its table comes with a later release")
          boolean push)
      throws Exception {
    if (!push) {
      throw CommandFailure.failed(TablePush.ASKING_COMES_LATER);
    }
    GogoOutput.with(new TablePush(view, patience)::run);
  }
}
