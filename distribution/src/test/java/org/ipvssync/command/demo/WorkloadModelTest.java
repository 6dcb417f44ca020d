package org.ipvssync.command.demo;

import static org.ipvssync.command.demo.Records.CLOSE;
import static org.ipvssync.command.demo.Records.ESTABLISHED;
import static org.ipvssync.command.demo.Records.FIN_WAIT;
import static org.ipvssync.command.demo.Records.SYN_RECV;
import static org.ipvssync.command.demo.Records.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.command.child.Delays;
import org.junit.jupiter.api.Test;

class WorkloadModelTest {
  private static final long MS = 1_000_000;
  private static final String SERVER = "192.168.1.10";
  private static final String OTHER_SERVER = "192.168.1.11";

  private final WorkloadModel model = new WorkloadModel();
  private long messages;

  @Test
  void shouldMeasureHowLongAChangeTook() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    model.seen(tcp(1, SERVER, SYN_RECV), 13 * MS);
    assertEquals(new Delays(1, 3_000, 3_000, 3_000), rounded(model.delays()));
  }

  @Test
  void shouldMeasureAChangeOnceHoweverOftenItIsSent() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    model.seen(tcp(1, SERVER, SYN_RECV), 11 * MS);
    model.seen(tcp(1, SERVER, SYN_RECV), 500 * MS);
    assertEquals(1, model.delays().count());
    assertEquals(1_000, model.delays().max());
  }

  @Test
  void shouldMeasureWhatWasOvertakenFromItsOwnBeginning() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    told(tcp(1, SERVER, ESTABLISHED), 18);
    model.seen(tcp(1, SERVER, ESTABLISHED), 20 * MS);
    assertEquals(2, model.delays().count());
    assertEquals(2_000, model.delays().p50(), 2);
    assertEquals(10_000, model.delays().max(), 10);
  }

  @Test
  void shouldMeasureAnOlderStateWhileTheNewerIsStillUnderWay() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    told(tcp(1, SERVER, ESTABLISHED), 18);
    model.seen(tcp(1, SERVER, SYN_RECV), 20 * MS);
    assertEquals(1, model.delays().count());
    model.seen(tcp(1, SERVER, ESTABLISHED), 21 * MS);
    assertEquals(2, model.delays().count());
  }

  @Test
  void shouldMeasureTheRecentAlone() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    model.seen(tcp(1, SERVER, SYN_RECV), 500 * MS);
    assertEquals(1, model.takeRecentDelays().count());
    assertEquals(Delays.NONE, model.takeRecentDelays());
    told(tcp(1, SERVER, ESTABLISHED), 510);
    model.seen(tcp(1, SERVER, ESTABLISHED), 511 * MS);
    assertEquals(new Delays(1, 1_000, 1_000, 1_000), rounded(model.takeRecentDelays()));
    assertEquals(2, model.delays().count());
  }

  @Test
  void shouldBeginToMeasureAnew() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    model.seen(tcp(1, SERVER, SYN_RECV), 500 * MS);
    model.restartDelays();
    assertEquals(Delays.NONE, model.delays());
    assertEquals(Delays.NONE, model.takeRecentDelays());
  }

  @Test
  void shouldMeasureNothingOfWhatItDidNotMake() {
    model.seen(tcp(1, SERVER, SYN_RECV), MS);
    assertEquals(Delays.NONE, model.delays());
  }

  @Test
  void shouldCountPortsThatWereUsedAgain() {
    told(tcp(1, SERVER, SYN_RECV), 1);
    told(tcp(1, SERVER, CLOSE), 2);
    told(tcp(1, OTHER_SERVER, SYN_RECV), 3);
    assertEquals(1, model.replaced());
  }

  @Test
  void shouldKeepVersionsUntilAFollowerHadTimeToBeSent() {
    told(tcp(1, SERVER, SYN_RECV), 1);
    told(tcp(1, SERVER, ESTABLISHED), 2);
    told(tcp(1, SERVER, FIN_WAIT), 3);
    ModelEntry entry = model.find(tcp(1, SERVER, SYN_RECV), 0);
    assertNotNull(entry.find(SYN_RECV, entry.latest() == null ? null : destination(SERVER)));
    model.seen(tcp(1, SERVER, FIN_WAIT), 4 * MS);
    model.change(tcp(1, SERVER, CLOSE), 0, 1, 4, 3, 5 * MS);
    assertNotNull(entry.find(CLOSE, destination(SERVER)));
    assertNotNull(entry.find(FIN_WAIT, destination(SERVER)));
    assertNull(entry.find(ESTABLISHED, destination(SERVER)));
  }

  @Test
  void shouldForgetWhatIsLongOver() {
    told(tcp(1, SERVER, CLOSE), 0);
    told(tcp(2, SERVER, ESTABLISHED), 0);
    for (int part = 1; part <= 64; part++) {
      model.sweepSometimes(19_000 * MS + part * 1_000 * MS);
    }
    assertNull(model.find(tcp(1, SERVER, CLOSE), 0));
    assertNotNull(model.find(tcp(2, SERVER, CLOSE), 0));
    assertEquals(1, model.forgottenConnections());
    assertEquals(0, model.forgottenTemplates());
  }

  @Test
  void shouldTellConnectionsApart() {
    told(tcp(1, SERVER, ESTABLISHED), 1);
    ConnBatch other = tcp(1, SERVER, ESTABLISHED);
    assertNotNull(model.find(other, 0));
    other.setProtocol(0, 17);
    assertNull(model.find(other, 0));
    assertNull(model.find(Records.template(SERVER), 0));
    ConnBatch ipv6 = tcp(1, SERVER, ESTABLISHED);
    ipv6.setIpv6(0, true);
    assertNull(model.find(ipv6, 0));
    ConnBatch port = tcp(1, SERVER, ESTABLISHED);
    port.setPorts(0, 1, 81, 8080);
    assertNull(model.find(port, 0));
  }

  private void told(ConnBatch record, long atMs) {
    model.change(record, 0, 1, ++messages, 0, atMs * MS);
  }

  private static Destination destination(String daddr) {
    return Destination.of(tcp(1, daddr, ESTABLISHED), 0);
  }

  /** The histogram keeps three digits. */
  private static Delays rounded(Delays delays) {
    return new Delays(
        delays.count(), delays.p50() / 10 * 10, delays.p99() / 10 * 10, delays.max() / 10 * 10);
  }
}
