package org.ipvssync.workload.internal;

import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadSpec;

/** A record that a workload told, and when. */
record Told(
    long atMs,
    String key,
    String destination,
    int protocol,
    boolean ipv6,
    int flags,
    int state,
    int timeoutS) {

  /** Everything that a workload tells until {@code untilMs}, asked every millisecond. */
  static List<Told> run(WorkloadSpec spec, long untilMs) {
    return run(new ConnWorkload(spec), untilMs, 1, 64);
  }

  /** Everything that a workload tells, asked every {@code everyMs} with batches of a size. */
  static List<Told> run(Workload workload, long untilMs, int everyMs, int batchSize) {
    List<Told> told = new ArrayList<>();
    ConnBatch batch = new ConnBatch(batchSize);
    for (long now = 0; now <= untilMs; now += everyMs) {
      boolean more = true;
      while (more) {
        batch.clear();
        more = workload.advance(now, batch);
        for (int i = 0; i < batch.size(); i++) {
          told.add(of(now, batch, i));
        }
      }
    }
    return told;
  }

  private static Told of(long atMs, ConnBatch batch, int i) {
    boolean template = batch.isTemplate(i);
    String key =
        (template ? "template " : "")
            + batch.protocol(i)
            + " "
            + ConnText.address(batch, i, ConnText.Address.CADDR)
            + " "
            + batch.cport(i)
            + " "
            + ConnText.address(batch, i, ConnText.Address.VADDR)
            + " "
            + batch.vport(i);
    String destination = ConnText.address(batch, i, ConnText.Address.DADDR) + " " + batch.dport(i);
    return new Told(
        atMs,
        key,
        destination,
        batch.protocol(i),
        batch.isIpv6(i),
        batch.flags(i),
        batch.state(i),
        batch.timeoutS(i));
  }

  boolean isTemplate() {
    return ConnFlags.isTemplate(flags);
  }

  /** The same without the time at which it was asked for. */
  Told timeless() {
    return new Told(0, key, destination, protocol, ipv6, flags, state, timeoutS);
  }
}
