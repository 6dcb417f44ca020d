package org.ipvssync.command.demo;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.command.child.Delays;
import org.ipvssync.command.demo.ModelEntry.Version;

/**
 * What the workload has made: the truth that the promoted node is measured by. It also measures how
 * long a change takes from being given to the master until it is on the wire.
 *
 * <p>Thread-safe: the workload writes, the tap on the wire marks what it saw, others look.
 */
final class WorkloadModel {
  private static final int SHARDS = 64;
  private static final long LONGEST_DELAY_MICROS = 60_000_000;
  private static final int DELAY_DIGITS = 3;

  /** How long past its life an entry is remembered, so that one that stays too long is noticed. */
  private static final long REMEMBERED_NANOS = 10_000_000_000L;

  /** From one part to the next. */
  private static final long SWEEP_NANOS = 200_000_000L;

  // In shards, so that a sweep of one is short.
  private final List<Map<ModelKey, ModelEntry>> shards =
      Stream.<Map<ModelKey, ModelEntry>>generate(HashMap::new).limit(SHARDS).toList();
  private final Map<Destination, Destination> destinations = new HashMap<>();
  private final Histogram delays = new Histogram(LONGEST_DELAY_MICROS, DELAY_DIGITS);
  private final Histogram recent = new Histogram(LONGEST_DELAY_MICROS, DELAY_DIGITS);
  private int nextSweep;
  private long sweptNanos;
  private long forgottenConnections;
  private long forgottenTemplates;
  private long replaced;

  /**
   * Takes in what the workload says.
   *
   * @param from first record
   * @param to record after the last
   * @param message number of the feed's message that tells it, from 1
   * @param settledMessages how many messages the master has had time to send
   * @param nowNanos when it is given to the master
   */
  synchronized void change(
      ConnBatch batch, int from, int to, long message, long settledMessages, long nowNanos) {
    for (int i = from; i < to; i++) {
      Destination destination = shared(Destination.of(batch, i));
      ModelKey key = ModelKey.of(batch, i);
      ModelEntry entry = shard(key).computeIfAbsent(key, _ -> new ModelEntry());
      if (entry.latest() != null && !entry.latest().isOf(destination)) {
        replaced++;
      }
      entry.add(
          new Version(batch.state(i), destination, batch.timeoutS(i), message, nowNanos),
          settledMessages);
    }
  }

  /** Marks what was on the wire, and measures how long it took. */
  synchronized void seen(ConnBatch batch, long nowNanos) {
    for (int i = 0; i < batch.size(); i++) {
      ModelEntry entry = find(batch, i);
      Version version = entry == null ? null : entry.find(batch.state(i), Destination.of(batch, i));
      // What a newer version overtook in the master's queue counts from its own beginning.
      while (version != null && !version.isSeen()) {
        version.setSeen();
        long micros = (nowNanos - version.givenNanos()) / 1_000;
        long clamped = Math.clamp(micros, 0, LONGEST_DELAY_MICROS);
        delays.recordValue(clamped);
        recent.recordValue(clamped);
        version = version.previous();
      }
    }
  }

  /** Every so often, forgets entries of one part of the model whose life is over for a while. */
  synchronized void sweepSometimes(long nowNanos) {
    if (nowNanos - sweptNanos < SWEEP_NANOS) {
      return;
    }
    sweptNanos = nowNanos;
    Iterator<Map.Entry<ModelKey, ModelEntry>> entries = shards.get(nextSweep).entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<ModelKey, ModelEntry> next = entries.next();
      if (nowNanos - next.getValue().latest().endNanos() > REMEMBERED_NANOS) {
        entries.remove();
        if (next.getKey().isTemplate()) {
          forgottenTemplates++;
        } else {
          forgottenConnections++;
        }
      }
    }
    nextSweep = (nextSweep + 1) % SHARDS;
  }

  /** The entry that a record is about, or null. */
  synchronized ModelEntry find(ConnBatch batch, int i) {
    ModelKey key = ModelKey.of(batch, i);
    return shard(key).get(key);
  }

  /** Gives every entry to {@code action}, which must not come back to the model. */
  synchronized void forEach(BiConsumer<ModelKey, ModelEntry> action) {
    shards.forEach(shard -> shard.forEach(action));
  }

  /** Connections that were forgotten because their life was over. */
  synchronized long forgottenConnections() {
    return forgottenConnections;
  }

  /** Templates that were forgotten because their life was over. */
  synchronized long forgottenTemplates() {
    return forgottenTemplates;
  }

  /** How often a connection took the place of another: its client port was used again. */
  synchronized long replaced() {
    return replaced;
  }

  /** How long changes took until they were on the wire. */
  synchronized Delays delays() {
    return Delays.of(delays);
  }

  /** The same since this was asked last. */
  synchronized Delays takeRecentDelays() {
    Delays taken = Delays.of(recent);
    recent.reset();
    return taken;
  }

  /** Forgets all delays: what follows shall be measured alone. */
  synchronized void restartDelays() {
    delays.reset();
    recent.reset();
  }

  private Map<ModelKey, ModelEntry> shard(ModelKey key) {
    return shards.get((key.hashCode() >>> 20) % SHARDS);
  }

  private Destination shared(Destination destination) {
    Destination known = destinations.putIfAbsent(destination, destination);
    return known == null ? destination : known;
  }
}
