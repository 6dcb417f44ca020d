package org.ipvssync.kernel.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.BitSet;
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
 *
 * <p>A list is no snapshot. The kernel gives it page by page, and finds its place again by the
 * number of rows before it: an entry that ends there meanwhile hides a living one. So an entry
 * counts as lost when two readings in a row have missed it.
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
  private final ConnBatch again = new ConnBatch();

  /** What the latest reading that judged has missed, and what was not sent again since. */
  private final MissedEntries missed = new MissedEntries();

  /** Handles of what some reading has met since {@link #expectAll}. */
  private final BitSet met = new BitSet();

  private Services services = Services.NONE;
  private int ticksPerSecond;
  private int badServiceLines;
  private long badLines;
  private long lastRows;

  /** Exchanges of the node's table before the latest reading: handles are of the table then. */
  private long exchanges;

  /**
   * What a reading is for.
   *
   * @param sentMs time up to which everything was sent to the kernel; {@link #NOTHING} when there
   *     is no such time: then nothing is judged
   * @param alsoUnbound whether it should also have connections whose real server it does not know
   * @param everyTemplate see {@link TableMerge#begin}
   */
  record Purpose(long sentMs, boolean alsoUnbound, boolean everyTemplate) {
    static final long NOTHING = Long.MIN_VALUE;
  }

  /** Has a look at other things while a list is read, which may take minutes. */
  @FunctionalInterface
  interface Meanwhile {
    /**
     * Called after each piece.
     *
     * @throws IOException to end the reading
     */
    void look() throws IOException;
  }

  /**
   * What a reading found.
   *
   * @param rows connections and templates in the kernel
   * @param inserted of them, what the table did not have
   * @param updated of them, what the table knew otherwise
   * @param judged false when what it did not meet says nothing: not all was sent, the list was cut
   *     short, or the table was exchanged meanwhile
   * @param missed entries that the kernel should have and that were not met
   * @param lost of them, those that the reading before did not meet either: they are sent again now
   * @param unmet of them, those that no reading has met since {@link #expectAll}
   * @param examples some of the latter, for people
   */
  record Reading(
      long rows,
      long inserted,
      long updated,
      boolean judged,
      int missed,
      int lost,
      int unmet,
      List<String> examples) {}

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

  /** Reads the services; they stay the same object while they mean the same. */
  void readServices() throws IOException {
    ProcServices.Result read = ProcServices.read(proc.net("ip_vs"));
    badServiceLines = read.badLines();
    if (!read.services().equals(services)) {
      services = read.services();
    }
  }

  /** From now on it counts what the readings meet together. */
  void expectAll() {
    met.clear();
  }

  /** Reads the kernel's list once, and sends again what it has lost. */
  Reading read(Purpose purpose, Meanwhile meanwhile) throws IOException {
    long inserted = counters.get(LinkCounter.INSERTED);
    long updated = counters.get(LinkCounter.UPDATED) + counters.get(LinkCounter.REPLACED);
    readServices();
    badLines += badServiceLines;
    followTable();
    merge.begin(purpose.everyTemplate());
    readList("ip_vs_conn", merge::merge, meanwhile);
    long count = rows.rows();
    badLines += rows.badLines();
    if (merge.needsOrigins()) {
      readList("ip_vs_conn_sync", merge::resolve, meanwhile);
      merge.end();
    }
    merge.addSeenTo(met);
    // A list ends early when the kernel has made its table anew in the middle of it.
    boolean isCut = 2 * count < lastRows;
    lastRows = count;
    boolean judged = purpose.sentMs() != Purpose.NOTHING && !isCut && isSameTable();
    Judgement judgement = new Judgement(purpose);
    int lost = judged ? sendAgain(judgement::isLost) : 0;
    return new Reading(
        count,
        counters.get(LinkCounter.INSERTED) - inserted,
        counters.get(LinkCounter.UPDATED) + counters.get(LinkCounter.REPLACED) - updated,
        judged && isSameTable(),
        judgement.missing,
        lost,
        judgement.unmet,
        judgement.examples);
  }

  private void readList(String file, ProcConns.Rows sink, Meanwhile meanwhile) throws IOException {
    RowCompletion completion = new RowCompletion(services, ticksPerSecond);
    try (InputStream in = Files.newInputStream(proc.net(file))) {
      rows.read(
          in,
          batch -> {
            completion.complete(batch);
            sink.take(batch);
            meanwhile.look();
          });
    }
  }

  /** Handles of a table that was exchanged mean nothing. */
  private void followTable() {
    if (!isSameTable()) {
      exchanges = node.table().swaps().count();
      missed.clear();
      met.clear();
    }
  }

  private boolean isSameTable() {
    return exchanges == node.table().swaps().count();
  }

  /** What one reading says of each entry. */
  private final class Judgement {
    private final long youngMs;
    private final boolean alsoUnbound;
    private final List<String> examples = new ArrayList<>();
    private int missing;
    private int unmet;

    Judgement(Purpose purpose) {
      youngMs = clock.nowMs() - purpose.sentMs();
      alsoUnbound = purpose.alsoUnbound();
    }

    /** Whether an entry of the piece is to be sent again. */
    boolean isLost(int i) {
      int handle = piece.handle(i);
      if (merge.hasSeen(handle) || !isForKernel(i)) {
        missed.remove(handle);
        return false;
      }
      if (piece.ageMs(i) <= youngMs || !isTaken(i)) {
        return false;
      }
      missing++;
      if (!met.get(handle)) {
        unmet++;
        if (examples.size() < EXAMPLES) {
          examples.add(ConnText.procLine(piece, i).replaceAll(" +", " "));
        }
      }
      if (!missed.contains(piece, i)) {
        missed.add(piece, i);
        return false;
      }
      missed.remove(handle);
      if (merge.isMisplaced(handle)) {
        piece.setMoved(i, true);
      }
      return true;
    }

    private boolean isTaken(int i) {
      return alsoUnbound && !piece.isTemplate(i) || services.destinationOf(piece, i) != null;
    }
  }

  /** Sends templates again whose service was not there, or was another, before. */
  int sendTemplates(Services before) {
    return sendAgain(
        i -> isForKernel(i) && piece.isTemplate(i) && services.isNewSince(before, piece, i));
  }

  /** True of what did not come from the kernel and lives long enough. */
  private boolean isForKernel(int index) {
    return piece.horizon(index) != kernel.horizon() && piece.expiresMs(index) >= SHORT_LIVED_MS;
  }

  /** Walks the table, and sends what is wanted of each piece. */
  private int sendAgain(IntPredicate wanted) {
    int sent = 0;
    long cursor = 0;
    while (cursor >= 0) {
      piece.clear();
      again.clear();
      cursor = node.walk(cursor, piece);
      for (int i = 0; i < piece.size(); i++) {
        if (wanted.test(i)) {
          again.addCopy(piece, i);
        }
      }
      if (again.size() > 0) {
        sent += again.size();
        node.again(OwnLinks.NAME, again);
      }
    }
    return sent;
  }

  @Override
  public void close() {
    kernel.close();
  }
}
