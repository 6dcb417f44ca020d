package org.ipvssync.benchmarks;

import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Nanoseconds a record for what is done with a table, by how many entries it has. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TableBenchmark {
  /** Updates known connections: batches of a datagram's records, in random order. */
  @Benchmark
  @OperationsPerInvocation(KnownConns.RECORDS)
  public void apply(KnownConns known) {
    known.updateAll();
  }

  /** The whole way of a received datagram: copied, decoded, checked, applied. */
  @Benchmark
  @OperationsPerInvocation(Traffic.BATCH)
  public ConnBatch decodeApply(TrafficState traffic) {
    traffic.receive(traffic.into);
    traffic.update(traffic.into);
    return traffic.into;
  }

  /** Looks up known connections in random order, and copies what is found. */
  @Benchmark
  @OperationsPerInvocation(KnownConns.RECORDS)
  public ConnBatch find(KnownConns known) {
    return known.findAll();
  }

  /** New connections in a table that others leave as fast. */
  @Benchmark
  @OperationsPerInvocation(ConnChurn.RECORDS)
  public void insert(NewConns churn) {
    churn.insertAll();
  }

  /** Connections whose time is over. */
  @Benchmark
  @OperationsPerInvocation(ConnChurn.RECORDS)
  public void expire(DueConns churn) {
    churn.expireDue();
  }

  /** Reads the table in pieces, as refresh and display do. */
  @Benchmark
  @OperationsPerInvocation(TablePasses.PIECE)
  public ConnBatch walk(TablePasses passes) {
    return passes.walk();
  }

  /** Reads the table in pieces, as its successor does. */
  @Benchmark
  @OperationsPerInvocation(TablePasses.PIECE)
  public ConnBatch entries(TablePasses passes) {
    return passes.entries();
  }
}
