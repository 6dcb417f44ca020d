package org.ipvssync.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "wire-table, wire to table,                   0.89,  ratio >= 0.9, NO",
    "wire-table, wire to table,                   0.9,   ratio >= 0.9, yes",
    "table-wire, table to wire,                   0.8,   ratio >= 0.8, yes",
    "delay,      'delay, 5,000 changes/s',        10.1,  <= 10,        NO",
    "delay,      'delay, 100,000 changes/s',      99,    '',           ''",
    "cpu,        'CPU of the backup, 5,000 changes/s', 1, <= 1,        yes",
    "resync,     full resync,                     0.51,  <= 0.5,       NO",
    "start,      start to first datagram,         600,   <= 600,       yes",
    "start,      start to first command,          900,   '',           ''",
    "idle,       'idle node, resident',           101,   <= 100,       NO",
    "idle,       'idle node, CPU',                0.02,  '',           ''",
    "memory,     'memory, 1,000,000 IPv4',        80,    <= 80,        yes",
    "memory,     'memory, 1,000,000 IPv6',        145,   <= 144,       NO",
    "allocation, allocation of a backup link,     0.01,  0,            yes",
    "allocation, allocation of a backup link,     0.4,   0,            NO",
    "allocation, 'allocation of a backup link, two senders', 3, '',    ''",
    "later,      something new,                   5,     '',           ''",
  })
  void shouldKnowWhatTheNodesAreToReach(
      String row, String what, double number, String text, String verdict) {
    Target target = Target.of(Map.of("row", row, "what", what));

    assertEquals(text, target.text());
    assertEquals(verdict, target.verdict(number));
  }

  @ParameterizedTest
  @CsvSource({
    "table.decodeApply, memory, 1000000,  <= 80",
    "table.decodeApply, memory, 10000000, <= 130",
    "table.decodeApply, memory, 100000,   ''",
    "table.decodeApply, mapped, 1000000,  ''",
    "table.apply,       memory, 1000000,  ''",
    "codec.encodeV1Seq, '',     0,        <= 30",
    "codec.decodeV1,    '',     0,        ''",
  })
  void shouldKnowWhatARecordMayCost(String benchmark, String table, int size, String text) {
    assertEquals(text, Target.of(new Row(benchmark, table, size, 1, 0, 0)).text());
  }
}
