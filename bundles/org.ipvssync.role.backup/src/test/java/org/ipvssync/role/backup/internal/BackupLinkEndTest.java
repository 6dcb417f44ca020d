package org.ipvssync.role.backup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.FakeReceiver;
import org.ipvssync.api.fake.FakeTransport;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.wire.Datagram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a receiver that goes; the test is the link's thread. */
@Timeout(30)
class BackupLinkEndTest {
  private static final int WAITING = 100;

  private final SimClock clock = new SimClock();
  private final FakeNode node = new FakeNode(clock);
  private final FakeTransport transport = new FakeTransport("multicast");
  private final TinyCodec v1 = new TinyCodec("v1", 1);
  private final BackupLink link = new BackupLink("eth0", node, this::nanoTime, LinkLog.SILENT);
  private long nanosARead;
  private FakeReceiver receiver;

  @BeforeEach
  void start() throws IOException {
    BackupSettings settings = TestSettings.of();
    // No thread of its own begins: the test calls what that would.
    link.close();
    link.configure(() -> settings);
    link.addCodec(v1, Map.of("service.id", 1L), "1.0.0");
    receiver = (FakeReceiver) link.open(transport, settings.link().address());
    link.adopt(settings, receiver);
    for (int i = 0; i < WAITING; i++) {
      receiver.inbox.add(FakeReceiver.OWN);
      receiver.inbox.add(message());
    }
  }

  @Test
  void shouldApplyAllThatTheSocketHoldsAlsoBehindItsOwnWhenItMoves() {
    link.retire(receiver);
    assertEquals(WAITING, node.inbounds.get(0).count());
    assertEquals(WAITING, counted(LinkCounter.OWN_DATAGRAM));
  }

  @Test
  void shouldApplyAllThatTheSocketHoldsAlsoBehindItsOwnWhenItEnds() {
    link.finish(receiver);
    assertEquals(WAITING, node.inbounds.get(0).count());
    assertTrue(node.inbounds.get(0).isClosed());
    assertEquals(0, counted(LinkCounter.SPOOL_OVERFLOW));
  }

  @Test
  void shouldCountWhatItHasNoTimeForWhenItEnds() {
    nanosARead = 1_000_000;
    link.finish(receiver);
    long applied = node.inbounds.get(0).count();
    assertTrue(applied > 0 && applied < WAITING, applied + " applied");
    assertEquals(WAITING - applied, counted(LinkCounter.SPOOL_OVERFLOW));
  }

  @Test
  void shouldComeToAnEndWhileTheNodeHearsItself() {
    receiver.echoes = true;
    link.retire(receiver);
    link.finish(receiver);
    assertEquals(WAITING, node.inbounds.get(0).count());
  }

  private long counted(LinkCounter counter) {
    return link.status("eth0").counters().get(counter);
  }

  private long nanoTime() {
    clock.advanceNanos(nanosARead, () -> false);
    return clock.nanoTime();
  }

  private byte[] message() {
    ConnBatch batch = new ConnBatch(1);
    int index = batch.add();
    batch.setProtocol(index, 6);
    batch.setState(index, 1);
    Datagram message = new Datagram(1472);
    assertEquals(1, v1.encode(batch, 0, 1, 1472, message));
    return message.toBytes();
  }
}
