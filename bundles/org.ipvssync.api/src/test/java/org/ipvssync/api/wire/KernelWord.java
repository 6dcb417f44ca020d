package org.ipvssync.api.wire;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.EdgeCase;

/** What a kernel said, and what a codec says, in the same words. */
final class KernelWord {
  /** What the kernel logs, and the counter that says the same; what it logs besides is no drop. */
  private static final Map<String, LinkCounter> KERNEL_REASONS =
      Map.ofEntries(
          Map.entry("BACKUP, Dropping buffer, too small", LinkCounter.RECORD_CUT_SHORT),
          Map.entry("BACKUP v0, bogus conn", LinkCounter.RECORD_CUT_SHORT),
          Map.entry("BACKUP, Dropping buffer, Unknown version 1", LinkCounter.RECORD_VERSION),
          Map.entry("BACKUP, Dropping buffer, Err: -10 in decoding", LinkCounter.RECORD_TYPE),
          Map.entry("BACKUP, Dropping buffer, Err: -20 in decoding", LinkCounter.RECORD_TOO_SMALL),
          Map.entry("BACKUP, Dropping buffer, Err: -40 in decoding", LinkCounter.OPTION_LENGTH),
          Map.entry("BACKUP, Dropping buffer, Err: -50 in decoding", LinkCounter.OPTION_TWICE),
          Map.entry("BACKUP, Single msg dropped err:20", LinkCounter.UNKNOWN_OPTION),
          Map.entry("BACKUP, Single msg dropped err:30", LinkCounter.UNKNOWN_PROTOCOL),
          Map.entry("BACKUP, Single msg dropped err:40", LinkCounter.INVALID_STATE),
          Map.entry("BACKUP, Single msg dropped err:50", LinkCounter.PE_WITHOUT_NAME));

  private KernelWord() {}

  /** Why the kernel dropped something of a made datagram, as counters. */
  static List<LinkCounter> kernelReasons(EdgeCase.Step step) {
    return step.kernelLog().stream().map(KERNEL_REASONS::get).filter(r -> r != null).toList();
  }

  /** Everything that was counted, each as often as it was. */
  static List<LinkCounter> drops(LinkCounters counters) {
    List<LinkCounter> drops = new ArrayList<>();
    counters
        .snapshot()
        .forEach(
            (counter, count) -> {
              for (long i = 0; i < count; i++) {
                drops.add(counter);
              }
            });
    return drops;
  }

  /** What names a connection: protocol, client and virtual address and port. */
  static String connection(ConnBatch batch, int i) {
    return String.join(
        " ",
        ConnProtocol.nameOf(batch.protocol(i)),
        endpoint(address(batch, i, ConnText.Address.CADDR), batch.cport(i)),
        endpoint(address(batch, i, ConnText.Address.VADDR), batch.vport(i)));
  }

  /** The same of a row of the kernel's table. */
  static String connection(ConnRow row) {
    return String.join(
        " ", row.proto(), endpoint(row.caddr(), row.cport()), endpoint(row.vaddr(), row.vport()));
  }

  /** What the kernel's table shows of a record, but for origin and expiry. */
  static String row(ConnBatch batch, int i) {
    return String.join(
        " ",
        connection(batch, i),
        endpoint(address(batch, i, ConnText.Address.DADDR), batch.dport(i)),
        ConnProtocol.stateName(batch.protocol(i), batch.flags(i), batch.state(i)),
        ConnText.peName(batch, i),
        ConnText.peData(batch, i));
  }

  /** The same of a row of the kernel's table. */
  static String row(ConnRow row) {
    return String.join(
        " ",
        connection(row),
        endpoint(row.daddr(), row.dport()),
        row.state(),
        row.peName(),
        row.peData());
  }

  private static InetAddress address(ConnBatch batch, int i, ConnText.Address which) {
    return InetAddress.ofLiteral(ConnText.address(batch, i, which));
  }

  private static String endpoint(InetAddress address, int port) {
    return address.getHostAddress() + "|" + port;
  }
}
