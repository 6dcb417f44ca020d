package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.kernel.internal.Services.Service;

/**
 * The kernel's list of connections beside the node's table: reads the one into the other, and finds
 * what the kernel has not got. Used by one thread.
 */
final class KernelTable implements AutoCloseable {
  /** What has less to live is not worth sending, milliseconds. */
  private static final long SHORT_LIVED_MS = 3000;

  private static final int EXAMPLES = 3;

  private final ProcFiles proc;
  private final SyncNode node;
  private final SyncClock clock;
  private final InboundLink kernel;
  private final LinkCounters counters = new LinkCounters();
  private final TableMerge merge;
  private final ProcConns rows = new ProcConns();
  private final ConnBatch piece = new ConnBatch();
  private final ConnBatch missing = new ConnBatch();
  private Services services = Services.NONE;
  private int ticksPerSecond;
  private long badLines;

  /**
   * What a reading found.
   *
   * @param rows connections and templates in the kernel
   * @param inserted of them, what the table did not have
   * @param updated of them, what the table knew otherwise
   * @param missing entries that the kernel should have and has not, sent again now
   * @param examples some of them, for people
   */
  record Reading(long rows, long inserted, long updated, int missing, List<String> examples) {}

  /** Opens a way into the table. */
  KernelTable(ProcFiles proc, SyncNode node, SyncClock clock) {
    this.proc = proc;
    this.node = node;
    this.clock = clock;
    this.kernel = node.openInbound(OwnLinks.NAME);
    this.merge = new TableMerge(node, kernel, counters);
  }

  /** The services as they were read last. */
  Services services() {
    return services;
  }

  /** Lines of /proc that were not understood, of all readings. */
  long badLines() {
    return badLines;
  }

  /** Says how many ticks the kernel counts in a second; 0 while that is not known. */
  void setTicksPerSecond(int ticks) {
    ticksPerSecond = ticks;
  }

  /** True when there are templates whose full timeout cannot be told without that number. */
  boolean wantsTicksPerSecond() {
    return ticksPerSecond == 0
        && services.all().stream().anyMatch(service -> service.persistenceJiffies() > 0);
  }

  /** The timeouts of all persistent services together, in the kernel's ticks. */
  long persistenceJiffies() {
    return services.all().stream().mapToLong(Service::persistenceJiffies).sum();
  }

  /** Reads the services; returns those before. */
  Services readServices() throws IOException {
    Services before = services;
    ProcServices.Result read = ProcServices.read(proc.net("ip_vs"));
    services = read.services().equals(before) ? before : read.services();
    badLines += read.badLines();
    return before;
  }

  /**
   * Reads the kernel's list once, and sends again what it should have and has not.
   *
   * @param alsoUnbound whether it should also have connections whose real server it does not know
   * @param sentMs time up to which everything was sent to the kernel
   */
  Reading read(boolean alsoUnbound, long sentMs) throws IOException {
    long inserted = counters.get(LinkCounter.INSERTED);
    long updated = counters.get(LinkCounter.UPDATED) + counters.get(LinkCounter.REPLACED);
    readServices();
    RowCompletion completion = new RowCompletion(services, ticksPerSecond);
    merge.begin();
    long count;
    try (InputStream in = Files.newInputStream(proc.net("ip_vs_conn"))) {
      rows.read(
          in,
          batch -> {
            completion.complete(batch);
            merge.merge(batch);
          });
      count = rows.rows();
      badLines += rows.badLines();
    }
    if (merge.hasConflicts()) {
      try (InputStream in = Files.newInputStream(proc.net("ip_vs_conn_sync"))) {
        rows.read(
            in,
            batch -> {
              completion.complete(batch);
              merge.resolve(batch);
            });
      }
    }
    List<String> examples = new ArrayList<>();
    int lost = sendMissing(alsoUnbound, sentMs, examples);
    return new Reading(
        count,
        counters.get(LinkCounter.INSERTED) - inserted,
        counters.get(LinkCounter.UPDATED) + counters.get(LinkCounter.REPLACED) - updated,
        lost,
        examples);
  }

  private int sendMissing(boolean alsoUnbound, long sentMs, List<String> examples) {
    long young = clock.nowMs() - sentMs;
    return sendAgain(
        i ->
            !merge.hasSeen(piece.handle(i))
                && piece.ageMs(i) > young
                && (alsoUnbound && !piece.isTemplate(i)
                    || services.destinationOf(piece, i) != null),
        examples);
  }

  /** Sends templates again whose service was not there, or was another, before. */
  int sendTemplates(Services before) {
    return sendAgain(
        i -> piece.isTemplate(i) && services.isNewSince(before, piece, i), new ArrayList<>());
  }

  /** Walks the table; what did not come from the kernel, lives long enough, and is wanted. */
  private int sendAgain(IntPredicate wanted, List<String> examples) {
    int sent = 0;
    long cursor = 0;
    while (cursor >= 0) {
      piece.clear();
      missing.clear();
      cursor = node.walk(cursor, piece);
      for (int i = 0; i < piece.size(); i++) {
        if (piece.horizon(i) != kernel.horizon()
            && piece.expiresMs(i) >= SHORT_LIVED_MS
            && wanted.test(i)) {
          missing.addCopy(piece, i);
          if (examples.size() < EXAMPLES) {
            examples.add(ConnText.procLine(piece, i).replaceAll(" +", " "));
          }
        }
      }
      if (missing.size() > 0) {
        sent += missing.size();
        node.again(OwnLinks.NAME, missing);
      }
    }
    return sent;
  }

  @Override
  public void close() {
    kernel.close();
  }
}
