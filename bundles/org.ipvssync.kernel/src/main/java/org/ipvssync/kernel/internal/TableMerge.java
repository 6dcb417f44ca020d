package org.ipvssync.kernel.internal;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.node.InboundLink;
import org.ipvssync.api.node.SyncNode;

/**
 * Brings rows of the kernel's list into the node's table, row by row, and only what the table does
 * not know: a row is no reason to forget who said something last, or to tell everybody. Not
 * thread-safe.
 */
final class TableMerge {
  /** How much more of a life the kernel must see, milliseconds, before that means anything. */
  static final long LONGER_MS = 3000;

  /**
   * What the table heard less than this ago is younger than a row may be, milliseconds; a kernel's
   * master may keep a message for 3 seconds.
   */
  static final long FRESH_MS = 3000;

  /** Rows whose origin one reading asks for, of a kind. */
  static final int MAX_DOUBTS = 1024;

  private final SyncNode node;
  private final InboundLink kernel;
  private final LinkCounters counters;
  private final ConnBatch found = new ConnBatch(MAX_DOUBTS);
  private final ConnBatch changes = new ConnBatch();
  private final BitSet seen = new BitSet();
  private final BitSet misplaced = new BitSet();
  private final Set<RowKey> conflicts = new HashSet<>();

  /** Templates that the table does not have, and which of them are the kernel's own. */
  private final ConnBatch templates = new ConnBatch(MAX_DOUBTS);

  private final Set<RowKey> templateKeys = new HashSet<>();
  private final Set<RowKey> ownTemplates = new HashSet<>();
  private boolean everyTemplate;
  private int absentTemplates;

  /** So many absent templates are passed over: they had their turn in the readings before. */
  private int firstTemplate;

  /** Key and destination of a row. */
  private record RowKey(
      int protocol,
      AddressWords client,
      int cport,
      AddressWords virtual,
      int vport,
      AddressWords real,
      int dport) {
    static RowKey of(ConnBatch rows, int i) {
      return new RowKey(
          rows.protocol(i),
          new AddressWords(
              rows.caddrWord(i, 0),
              rows.caddrWord(i, 1),
              rows.caddrWord(i, 2),
              rows.caddrWord(i, 3)),
          rows.cport(i),
          AddressWords.virtual(rows, i),
          rows.vport(i),
          AddressWords.destination(rows, i),
          rows.dport(i));
    }
  }

  /**
   * Into the table of {@code node}.
   *
   * @param kernel a way in of the kernel's horizon
   */
  TableMerge(SyncNode node, InboundLink kernel, LinkCounters counters) {
    this.node = node;
    this.kernel = kernel;
    this.counters = counters;
  }

  /**
   * A new reading begins.
   *
   * @param withEveryTemplate whether a template that the table does not have is news wherever the
   *     kernel has it from. It may be one that peers told and that has ended here: a kernel gives
   *     it its full time whenever it is told
   */
  void begin(boolean withEveryTemplate) {
    everyTemplate = withEveryTemplate;
    firstTemplate = absentTemplates > firstTemplate + MAX_DOUBTS ? firstTemplate + MAX_DOUBTS : 0;
    absentTemplates = 0;
    seen.clear();
    misplaced.clear();
    conflicts.clear();
    templates.clear();
    templateKeys.clear();
    ownTemplates.clear();
  }

  /** True when an entry's handle was met by a row since {@link #begin}. */
  boolean hasSeen(int handle) {
    return seen.get(handle);
  }

  /** Adds the handles of all entries that were met to others. */
  void addSeenTo(BitSet handles) {
    handles.or(seen);
  }

  /** True when the kernel has the entry of that handle with a real server that it was told once. */
  boolean isMisplaced(int handle) {
    return misplaced.get(handle);
  }

  /** True when rows are in doubt: their origin decides, and is in {@code ip_vs_conn_sync}. */
  boolean needsOrigins() {
    return !conflicts.isEmpty() || templates.size() > 0;
  }

  /** Merges completed rows of {@code ip_vs_conn}. */
  void merge(ConnBatch rows) {
    find(rows);
    for (int i = 0; i < rows.size(); i++) {
      if (found.isSkipped(i)) {
        if (rows.expiresMs(i) >= 1000) {
          absent(rows, i);
        }
        continue;
      }
      seen.set(found.handle(i));
      if (!AddressWords.sameDestination(rows, i, found, i)) {
        if (conflicts.size() < MAX_DOUBTS && !isFresh(i)) {
          conflicts.add(RowKey.of(rows, i));
        }
      } else if (rows.expiresMs(i) >= 1000 && !isFresh(i) && isNews(rows, i)) {
        update(rows, i);
      }
    }
    apply();
  }

  private void absent(ConnBatch rows, int index) {
    if (everyTemplate || !rows.isTemplate(index)) {
      changes.addCopy(rows, index);
    } else if (absentTemplates++ >= firstTemplate && !templates.isFull()) {
      templates.addCopy(rows, index);
      templateKeys.add(RowKey.of(rows, index));
    }
  }

  /** Decides by completed rows of {@code ip_vs_conn_sync}: the kernel's own word wins. */
  void resolve(ConnBatch rows) {
    for (int i = 0; i < rows.size(); i++) {
      RowKey key = RowKey.of(rows, i);
      if (rows.isTemplate(i) && isLocal(rows, i) && templateKeys.contains(key)) {
        // Not this row: it says nothing of persistence data.
        ownTemplates.add(key);
      }
      if (rows.expiresMs(i) < 1000 || !conflicts.contains(key)) {
        rows.skip(i);
      }
    }
    find(rows);
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.isSkipped(i)
          && !found.isSkipped(i)
          && !isFresh(i)
          && !AddressWords.sameDestination(rows, i, found, i)) {
        if (isLocal(rows, i)) {
          changes.addCopy(rows, i);
        } else if (!rows.isTemplate(i) && found.horizon(i) != kernel.horizon()) {
          // It missed the record that moved the connection, and has it as good as not at all. (A
          // template's real server is not exchanged by any record.)
          seen.clear(found.handle(i));
          misplaced.set(found.handle(i));
        }
      }
    }
    apply();
  }

  /** The reading is over: takes the templates that turned out to be the kernel's own. */
  void end() {
    if (ownTemplates.isEmpty()) {
      return;
    }
    find(templates);
    for (int i = 0; i < templates.size(); i++) {
      if (found.isSkipped(i) && ownTemplates.contains(RowKey.of(templates, i))) {
        changes.addCopy(templates, i);
        if (changes.isFull()) {
          apply();
        }
      }
    }
    apply();
  }

  private static boolean isLocal(ConnBatch rows, int index) {
    return (rows.flags(index) & ConnFlags.SYNC) == 0;
  }

  private void find(ConnBatch rows) {
    found.clear();
    node.find(rows, found);
  }

  private void apply() {
    if (changes.size() > 0) {
      kernel.apply(changes, MergeRule.AUTHORITATIVE, ConnTimeouts.KERNEL_DEFAULTS, counters);
    }
    changes.clear();
  }

  private boolean isFresh(int index) {
    return found.ageMs(index) < FRESH_MS;
  }

  private boolean isNews(ConnBatch rows, int index) {
    boolean ofKernel = found.horizon(index) == kernel.horizon();
    if (ofKernel && rows.state(index) != found.state(index)) {
      return true;
    }
    // A kernel gives a template its full time whenever one is told to it, and tells it with each
    // packet: what it has more of one that peers told says nothing.
    boolean longer = rows.expiresMs(index) - found.expiresMs(index) >= LONGER_MS;
    return longer && (ofKernel || !rows.isTemplate(index));
  }

  /** Our record with the row's state and life; what the row does not say stays. */
  private void update(ConnBatch rows, int index) {
    int to = changes.addCopy(found, index);
    int flags = found.flags(index);
    if (!rows.isTemplate(index)) {
      flags =
          ConnProtocol.isActive(rows.protocol(index), rows.state(index))
              ? flags & ~ConnFlags.INACTIVE
              : flags | ConnFlags.INACTIVE;
    }
    changes.setFlags(to, flags);
    changes.setState(to, rows.state(index));
    changes.setTimeoutS(to, rows.timeoutS(index));
    changes.setRemainingS(to, rows.remainingS(index));
    changes.setMoved(to, false);
    // What the kernel has seen is news, also of an entry that was a copy.
    changes.setCopy(to, false);
  }
}
