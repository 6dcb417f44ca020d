package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every benchmark's work a few times: each checks itself when it ends. */
class WorkTest {
  private static final int TIMES = 30;

  @Test
  void shouldMakeDifferentConnections() {
    ConnBatch batch = new ConnBatch(100_000);
    Set<Long> seen = new HashSet<>();
    for (int number = 0; number < 100_000; number++) {
      int i = Conns.add(batch, number, false);
      seen.add((long) batch.caddrWord(i, 0) << 16 | batch.cport(i));
    }

    assertEquals(100_000, seen.size());
  }

  @Test
  void shouldDecodeAndEncodeFullDatagrams() {
    List<CodecWork> works =
        List.of(
            new CodecBenchmark.V0(),
            new CodecBenchmark.V1(),
            new CodecBenchmark.V1Seq(),
            new CodecBenchmark.V1Ipv6(),
            new CodecBenchmark.V1Ipv6Seq());
    for (CodecWork work : works) {
      assertTrue(work.encode().length() > 1400, "a full datagram");
      work.verify();
      assertTrue(work.decode().size() >= 14);
      work.verify();
    }
  }

  @Test
  void shouldNoticeThatNothingWasDone() {
    TrafficState traffic = opened(new TrafficState(), Tables.MEMORY);

    Exception e = assertThrows(IllegalStateException.class, traffic::close);

    assertEquals("nothing was received", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {Tables.MEMORY, Tables.MAPPED})
  void shouldUpdateWhatIsKnown(String table) {
    TableBenchmark benchmark = new TableBenchmark();
    TrafficState traffic = opened(new TrafficState(), table);
    KnownConns known = opened(new KnownConns(), table);
    for (int i = 0; i < TIMES; i++) {
      assertEquals(Traffic.BATCH, benchmark.decodeApply(traffic).size());
      known.decode();
      benchmark.apply(known);
      assertEquals(Traffic.BATCH, benchmark.find(known).size());
    }
    traffic.close();
    known.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Tables.MEMORY, Tables.MAPPED})
  void shouldGoOverTheWholeTable(String table) {
    TableBenchmark benchmark = new TableBenchmark();
    TablePasses walk = opened(new TablePasses(), table);
    TablePasses entries = opened(new TablePasses(), table);
    for (int i = 0; i < 2 * walk.size / TablePasses.PIECE; i++) {
      assertTrue(benchmark.walk(walk).size() > 0);
      assertTrue(benchmark.entries(entries).size() > 0);
    }
    walk.close();
    entries.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 100_000})
  void shouldStaySteadyWhileConnectionsComeAndGo(int size) {
    TableBenchmark benchmark = new TableBenchmark();
    NewConns coming = opened(new NewConns(), Tables.MEMORY, size);
    DueConns going = opened(new DueConns(), Tables.MEMORY, size);
    for (int i = 0; i < 20 * TIMES; i++) {
      coming.makeRoom();
      benchmark.insert(coming);
      coming.check();
      going.fillUp();
      benchmark.expire(going);
      going.check();
    }
    assertEquals(size * 0.995, coming.conns.size(), size * 0.05);
    coming.close();
    going.close();
  }

  @Test
  void shouldTakeAndSendWhatWasChanged() throws IOException {
    QueueBenchmark benchmark = new QueueBenchmark();
    QueueBenchmark.Fresh fresh = opened(new QueueBenchmark.Fresh());
    QueueBenchmark.Waiting waiting = opened(new QueueBenchmark.Waiting());
    QueueBenchmark.Changed taken = opened(new QueueBenchmark.Changed());
    QueueBenchmark.Changed sent = opened(new QueueBenchmark.Changed());
    for (int i = 0; i < TIMES; i++) {
      fresh.next();
      benchmark.change(fresh);
      waiting.next();
      benchmark.changeAgain(waiting);
      taken.next();
      assertEquals(NodeState.RECORDS, benchmark.take(taken));
      sent.next();
      assertTrue(benchmark.send(sent) > 0);
    }
    for (NodeState node : List.of(fresh, waiting, taken, sent)) {
      node.close();
    }
  }

  private static <T extends TableState> T opened(T state, String table) {
    return opened(state, table, 10_000);
  }

  private static <T extends TableState> T opened(T state, String table, int size) {
    state.table = table;
    state.size = size;
    state.open();
    return state;
  }

  private static <T extends NodeState> T opened(T state) throws IOException {
    state.size = 10_000;
    state.open();
    return state;
  }
}
