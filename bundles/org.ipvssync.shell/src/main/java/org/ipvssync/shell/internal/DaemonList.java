package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.util.List;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.wire.LinkAddress;

/** The links in the words of {@code ipvsadm -l --daemon}, which its users' scripts read. */
final class DaemonList {
  private DaemonList() {}

  /** Prints a line a link, in the order given. */
  static void print(List<LinkStatus> links, PrintWriter out) {
    for (LinkStatus link : links) {
      LinkAddress address = link.address();
      out.println(
          link.role().label()
              + " sync daemon (mcast="
              + address.mcastInterface()
              + ", syncid="
              + link.syncId()
              + ", maxlen="
              + link.syncMaxLen()
              + ", group="
              + ConnText.address(address.group())
              + ", port="
              + address.port()
              + ", ttl="
              + address.ttl()
              + ")");
    }
  }
}
