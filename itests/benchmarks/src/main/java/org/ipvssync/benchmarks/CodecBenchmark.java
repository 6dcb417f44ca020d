package org.ipvssync.benchmarks;

import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.codec.v0.internal.V0Codec;
import org.ipvssync.codec.v1.internal.V1Codec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Nanoseconds a record to read and to write full datagrams of 1472 bytes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int V0_RECORDS = 61;
  private static final int V1_RECORDS = 40;
  private static final int V1_SEQ_RECORDS = 22;
  private static final int V1_IPV6_RECORDS = 20;
  private static final int V1_IPV6_SEQ_RECORDS = 14;

  /** Version 0, which has IPv4 only. */
  public static class V0 extends CodecWork {
    public V0() {
      super(new V0Codec(), V0_RECORDS, false, false);
    }
  }

  /** Version 1, IPv4. */
  public static class V1 extends CodecWork {
    public V1() {
      super(new V1Codec(), V1_RECORDS, false, false);
    }
  }

  /** Version 1, IPv4 with sequence data. */
  public static class V1Seq extends CodecWork {
    public V1Seq() {
      super(new V1Codec(), V1_SEQ_RECORDS, false, true);
    }
  }

  /** Version 1, IPv6. */
  public static class V1Ipv6 extends CodecWork {
    public V1Ipv6() {
      super(new V1Codec(), V1_IPV6_RECORDS, true, false);
    }
  }

  /** Version 1, IPv6 with sequence data. */
  public static class V1Ipv6Seq extends CodecWork {
    public V1Ipv6Seq() {
      super(new V1Codec(), V1_IPV6_SEQ_RECORDS, true, true);
    }
  }

  @Benchmark
  @OperationsPerInvocation(V0_RECORDS)
  public ConnBatch decodeV0(V0 work) {
    return work.decode();
  }

  @Benchmark
  @OperationsPerInvocation(V0_RECORDS)
  public Datagram encodeV0(V0 work) {
    return work.encode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_RECORDS)
  public ConnBatch decodeV1(V1 work) {
    return work.decode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_RECORDS)
  public Datagram encodeV1(V1 work) {
    return work.encode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_SEQ_RECORDS)
  public ConnBatch decodeV1Seq(V1Seq work) {
    return work.decode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_SEQ_RECORDS)
  public Datagram encodeV1Seq(V1Seq work) {
    return work.encode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_IPV6_RECORDS)
  public ConnBatch decodeV1Ipv6(V1Ipv6 work) {
    return work.decode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_IPV6_RECORDS)
  public Datagram encodeV1Ipv6(V1Ipv6 work) {
    return work.encode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_IPV6_SEQ_RECORDS)
  public ConnBatch decodeV1Ipv6Seq(V1Ipv6Seq work) {
    return work.decode();
  }

  @Benchmark
  @OperationsPerInvocation(V1_IPV6_SEQ_RECORDS)
  public Datagram encodeV1Ipv6Seq(V1Ipv6Seq work) {
    return work.encode();
  }
}
