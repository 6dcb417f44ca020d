package org.ipvssync.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.count.LinkCounter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/** Nanoseconds a change on its way through a node: from a batch to what waits, from there out. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(NodeState.RECORDS)
public class QueueBenchmark {
  /** Changes of connections of which none waits. */
  public static class Fresh extends NodeState {
    /** What waited is taken, others come. */
    @Setup(Level.Invocation)
    public void next() {
      take();
      decode();
    }

    @Override
    void verify() {
      long coalesced = sent.get(LinkCounter.COALESCED);
      Checks.require(coalesced == 0, "%d coalesced", coalesced);
    }
  }

  /** Changes of connections that wait already. */
  public static class Waiting extends NodeState {
    /** What waited is taken, others come and wait. */
    @Setup(Level.Invocation)
    public void next() {
      take();
      decode();
      change();
    }

    @Override
    void verify() {
      long coalesced = sent.get(LinkCounter.COALESCED);
      Checks.require(2 * coalesced == changesDone, "%d coalesced", coalesced);
    }
  }

  /** A thousand changes wait. */
  public static class Changed extends NodeState {
    private long due;
    private long gone;

    /** Others come and wait. */
    @Setup(Level.Invocation)
    public void next() {
      decode();
      change();
      due += RECORDS;
    }

    final int takeAll() {
      int records = take();
      gone += records;
      return records;
    }

    final long sendAll() throws IOException {
      long bytes = send();
      gone += RECORDS - outbound.pending();
      return bytes;
    }

    @Override
    void verify() {
      Checks.require(gone == due, "%d of %d were taken", gone, due);
      long records = sent.get(LinkCounter.RECORDS);
      Checks.require(records == 0 || records == due, "%d of %d were sent", records, due);
      // Each takes 36 bytes of the wire.
      boolean allSent = records == 0 || bytesSent() > 36 * due;
      Checks.require(allSent, "%d bytes for %d", bytesSent(), due);
    }
  }

  /** From a decoded batch to a changed table and a mark for the master link. */
  @Benchmark
  public void change(Fresh node) {
    node.change();
  }

  /** The same when all of them wait already: nothing is added to what will be sent. */
  @Benchmark
  public void changeAgain(Waiting node) {
    node.change();
  }

  /** From the marks to a batch of what the table holds now. */
  @Benchmark
  public int take(Changed node) {
    return node.takeAll();
  }

  /** From the marks to encoded datagrams, all that a master link does but the socket. */
  @Benchmark
  public long send(Changed node) throws IOException {
    return node.sendAll();
  }
}
