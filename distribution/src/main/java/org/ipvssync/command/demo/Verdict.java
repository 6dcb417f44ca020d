package org.ipvssync.command.demo;

import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.command.demo.ModelEntry.Outcome;
import org.ipvssync.command.demo.ModelEntry.Version;

/**
 * Compares the promoted node's table with the model, entry by entry. One thread; once.
 *
 * <p>Only changes that the master had taken longer than the flush interval before the kill are held
 * against it. An entry whose life is over is held against nobody.
 */
final class Verdict {
  /** Rows that show what is wrong are kept, up to so many of each kind. */
  private static final int EXAMPLES = 5;

  /** Lives end with the backup's clock and in whole seconds: this much may lie between. */
  private static final long SLACK_NANOS = 1_000_000_000L;

  /**
   * A life begins again when the record reaches the backup, which may be later on a busy machine. A
   * copy that lengthens lives would add the age of the entry, and most are older than this.
   */
  private static final long LATE_NANOS = 5_000_000_000L;

  private static final long NANOS_PER_MS = 1_000_000L;

  private final WorkloadModel model;
  private final long settledMessages;
  private final List<String> examples = new ArrayList<>();
  private long extra;

  /**
   * A verdict over nothing yet.
   *
   * @param settledMessages how many of the feed's messages the master had had time to send when it
   *     was killed
   */
  Verdict(WorkloadModel model, long settledMessages) {
    this.model = model;
    this.settledMessages = settledMessages;
  }

  /**
   * What became of connections, or of templates.
   *
   * @param synced there, with the right real server and the latest state
   * @param lost missing or older, though the master had had time to send it
   * @param unsent missing or older by changes of the last flush interval only
   * @param expired not there because its life was over
   */
  record Counts(long synced, long lost, long unsent, long expired) {
    /** All of them. */
    long sum() {
      return synced + lost + unsent + expired;
    }
  }

  /**
   * The result.
   *
   * @param connections what became of the connections
   * @param templates what became of the templates
   * @param extra rows that the model does not know, or that outlive it
   * @param examples some of what was lost or extra, a line each
   */
  record Result(Counts connections, Counts templates, long extra, List<String> examples) {
    /** Everything that was lost. */
    long lost() {
      return connections.lost() + templates.lost();
    }

    /** True when nothing was lost and nothing made up. */
    boolean isGood() {
      return lost() == 0 && extra == 0;
    }
  }

  /** Takes in row {@code i} of the promoted node's table, read at that time. */
  void row(ConnBatch batch, int i, long nowNanos) {
    ModelEntry entry = model.find(batch, i);
    if (entry == null || entry.outcome() != Outcome.OPEN) {
      extra(entry == null ? "never made" : "there twice", batch, i);
      return;
    }
    Version version = entry.find(batch.state(i), Destination.of(batch, i));
    if (version == null) {
      // The versions that are no longer known are older than one the master had time to send.
      entry.setOutcome(Outcome.LOST);
      example("older or other than made", batch, i);
      return;
    }
    entry.setOutcome(outcomeOf(entry, version));
    if (entry.outcome() == Outcome.LOST) {
      example("older than it should be", batch, i);
    }
    long endNanos = nowNanos + batch.expiresMs(i) * NANOS_PER_MS;
    if (endNanos - version.endNanos() > LATE_NANOS) {
      extra("outlives what was made", batch, i);
    }
  }

  /** All rows have come: what is still open is missing. */
  Result finish(long nowNanos) {
    long[] connections = new long[Outcome.values().length];
    long[] templates = new long[Outcome.values().length];
    model.forEach(
        (key, entry) -> {
          if (entry.outcome() == Outcome.OPEN) {
            entry.setOutcome(missing(entry, nowNanos));
            if (entry.outcome() == Outcome.LOST) {
              example("missing", key.toString());
            }
          }
          (key.isTemplate() ? templates : connections)[entry.outcome().ordinal()]++;
        });
    return new Result(
        counts(connections, model.forgottenConnections()),
        counts(templates, model.forgottenTemplates()),
        extra,
        List.copyOf(examples));
  }

  private static Counts counts(long[] outcomes, long forgotten) {
    return new Counts(
        outcomes[Outcome.SYNCED.ordinal()],
        outcomes[Outcome.LOST.ordinal()],
        outcomes[Outcome.UNSENT.ordinal()],
        outcomes[Outcome.EXPIRED.ordinal()] + forgotten);
  }

  private Outcome outcomeOf(ModelEntry entry, Version there) {
    if (there == entry.latest()) {
      return Outcome.SYNCED;
    }
    // Everything newer than what is there must be from the last moments.
    Version oldestMissing = entry.latest();
    while (oldestMissing.previous() != there) {
      oldestMissing = oldestMissing.previous();
    }
    return oldestMissing.isWithin(settledMessages) ? Outcome.LOST : Outcome.UNSENT;
  }

  private Outcome missing(ModelEntry entry, long nowNanos) {
    Version settled = entry.settled(settledMessages);
    if (settled == null) {
      return Outcome.UNSENT;
    }
    if (nowNanos + SLACK_NANOS - settled.endNanos() < 0) {
      return Outcome.LOST;
    }
    return settled == entry.latest() ? Outcome.EXPIRED : Outcome.UNSENT;
  }

  private void extra(String what, ConnBatch batch, int i) {
    extra++;
    example(what, batch, i);
  }

  private void example(String what, ConnBatch batch, int i) {
    if (examples.size() < EXAMPLES) {
      example(what, ConnText.ipvsadmLine(batch, i));
    }
  }

  private void example(String what, String which) {
    if (examples.size() < EXAMPLES) {
      examples.add(what + ": " + which);
    }
  }
}
