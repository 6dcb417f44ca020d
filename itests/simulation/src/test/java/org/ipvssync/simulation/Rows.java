package org.ipvssync.simulation;

import java.net.InetAddress;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.vectors.ConnRow;

/** Our rows in the kernel's columns, and what differs between two tables. */
final class Rows {
  private Rows() {}

  static List<ConnRow> of(ConnBatch batch) {
    return IntStream.range(0, batch.size()).mapToObj(i -> row(batch, i)).toList();
  }

  private static ConnRow row(ConnBatch batch, int i) {
    return new ConnRow(
        ConnProtocol.nameOf(batch.protocol(i)),
        address(batch, i, ConnText.Address.CADDR),
        batch.cport(i),
        address(batch, i, ConnText.Address.VADDR),
        batch.vport(i),
        address(batch, i, ConnText.Address.DADDR),
        batch.dport(i),
        ConnProtocol.stateName(batch.protocol(i), batch.flags(i), batch.state(i)),
        ConnFlags.originName(batch.flags(i)),
        ConnText.expiresS(batch, i),
        ConnText.peName(batch, i),
        ConnText.peData(batch, i));
  }

  private static InetAddress address(ConnBatch batch, int i, ConnText.Address which) {
    return InetAddress.ofLiteral(ConnText.address(batch, i, which));
  }

  /** Rows without their expiry, each with how often it comes, in a fixed order. */
  static TreeMap<String, Integer> counted(List<ConnRow> rows) {
    TreeMap<String, Integer> counted = new TreeMap<>();
    for (ConnRow row : rows) {
      counted.merge(key(row), 1, Integer::sum);
    }
    return counted;
  }

  static String key(ConnRow row) {
    return String.join(
        " ",
        row.proto(),
        row.caddr().getHostAddress() + ":" + row.cport(),
        row.vaddr().getHostAddress() + ":" + row.vport(),
        row.daddr().getHostAddress() + ":" + row.dport(),
        row.state(),
        row.origin(),
        row.peName(),
        row.peData());
  }
}
