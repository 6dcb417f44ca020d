package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.command.capture.SyncCapture;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  private static final Replay.Pace AT_ONCE = (_, _) -> 0;

  @TempDir private Path temp;
  private final Sent sent = new Sent();

  /** Keeps what is sent. */
  private static final class Sent implements SyncSender {
    private final List<byte[]> payloads = new ArrayList<>();
    private final List<Integer> lanes = new ArrayList<>();
    private int failAt = Integer.MAX_VALUE;

    @Override
    public void send(Datagram datagram, int lane) throws IOException {
      if (payloads.size() == failAt) {
        throw new IOException("Network is down");
      }
      payloads.add(datagram.toBytes());
      lanes.add(lane);
    }

    @Override
    public int defaultMaxLength() {
      return 1472;
    }

    @Override
    public boolean isUsable() {
      return true;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Test
  void shouldSendEveryByteInOrder() throws IOException {
    Scenario scenario = Scenario.of("bulk-v1");
    Replay replay = replay(scenario, 1, AT_ONCE);
    replay.run();

    List<CapturedDatagram> expected = scenario.datagrams();
    assertEquals(expected.size(), replay.sent());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).payload(), sent.payloads.get(i));
    }
    assertEquals(Set.of(0), Set.copyOf(sent.lanes));
  }

  @Test
  void shouldKeepTheCapturesPortsApart() throws IOException {
    Scenario scenario = Scenario.of("ports4");
    replay(scenario, 4, AT_ONCE).run();
    assertEquals(
        scenario.datagrams().stream().map(datagram -> datagram.port() - 8848).toList(), sent.lanes);
  }

  @Test
  void shouldKnowWhenADatagramIsDue() {
    assertEquals(0, Replay.Pace.ofRate(1000).dueNanos(0, 77));
    assertEquals(2_500_000_000L, Replay.Pace.ofRate(2).dueNanos(5, 77));
    assertEquals(77, Replay.Pace.ofCapture().dueNanos(5, 77));
  }

  @Test
  void shouldAskForThePaceOfEveryDatagram() throws IOException {
    List<Long> asked = new ArrayList<>();
    Scenario scenario = Scenario.of("tcp4-nat-v1");
    replay(
            scenario,
            1,
            (index, capturedNanos) -> {
              asked.add(index);
              asked.add(capturedNanos / 1000);
              return 0;
            })
        .run();
    List<Long> expected = new ArrayList<>();
    long first = scenario.datagrams().getFirst().micros();
    for (CapturedDatagram datagram : scenario.datagrams()) {
      expected.add(expected.size() / 2L);
      expected.add(datagram.micros() - first);
    }
    assertEquals(expected, asked);
  }

  @Test
  void shouldSayWhatWasSentAlsoWhenItEndsEarly() throws IOException {
    sent.failAt = 2;
    Replay replay = replay(Scenario.of("bulk-v1"), 1, AT_ONCE);
    assertThrows(IOException.class, replay::run);
    LinkAddress to =
        new LinkAddress("lo", InetAddress.ofLiteral("224.0.0.81"), 8848, 1, 1, 0, true);
    assertTrue(
        replay
            .summary(to)
            .matches("sent 2 datagrams, 2896 bytes, to 224.0.0.81 port 8848 on lo in \\d+\\.\\d s"),
        replay.summary(to));
  }

  private Replay replay(Scenario scenario, int lanes, Replay.Pace pace) throws IOException {
    SyncCapture capture = SyncCapture.open(scenario.extractCapture(temp), Set.of());
    return new Replay(capture, sent, lanes, pace);
  }
}
