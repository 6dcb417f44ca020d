package org.ipvssync.command.demo;

import static org.ipvssync.command.demo.Records.CLOSE;
import static org.ipvssync.command.demo.Records.ESTABLISHED;
import static org.ipvssync.command.demo.Records.FIN_WAIT;
import static org.ipvssync.command.demo.Records.SYN_RECV;
import static org.ipvssync.command.demo.Records.row;
import static org.ipvssync.command.demo.Records.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.api.conn.ConnBatch;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final long SECOND = 1_000_000_000L;

  /** Messages 1 to 10 had their time to be sent; later ones are the last moments'. */
  private static final long SETTLED = 10;

  private static final String SERVER = "192.168.1.10";
  private static final String OTHER_SERVER = "192.168.1.11";

  private final WorkloadModel model = new WorkloadModel();

  @Test
  void shouldCallSyncedWhatIsThereAsItWasLeft() {
    told(tcp(1, SERVER, SYN_RECV), 1);
    told(tcp(1, SERVER, ESTABLISHED), 2);
    Verdict.Result result = verdict(row(tcp(1, SERVER, ESTABLISHED), 895));
    assertEquals(1, result.connections().synced());
    assertEquals(1, result.connections().sum());
    assertTrue(result.isGood());
  }

  @Test
  void shouldCallSyncedWhatCameThroughInTheLastMoments() {
    told(tcp(1, SERVER, ESTABLISHED), 12);
    assertEquals(1, verdict(row(tcp(1, SERVER, ESTABLISHED), 895)).connections().synced());
  }

  @Test
  void shouldCallLostWhatIsMissing() {
    told(tcp(1, SERVER, ESTABLISHED), 10);
    Verdict.Result result = verdict();
    assertEquals(1, result.lost());
    assertEquals(1, result.connections().sum());
    assertFalse(result.isGood());
    assertEquals("[missing: TCP 10.0.0.1 1 to 198.51.100.10 80]", result.examples().toString());
  }

  @Test
  void shouldCallLostWhatHasAnOlderState() {
    told(tcp(1, SERVER, ESTABLISHED), 3);
    told(tcp(1, SERVER, FIN_WAIT), 4);
    assertEquals(1, verdict(row(tcp(1, SERVER, ESTABLISHED), 895)).lost());
  }

  @Test
  void shouldCallLostWhatHasAnOlderStateThoughMoreFollowedInTheLastMoments() {
    told(tcp(1, SERVER, SYN_RECV), 3);
    told(tcp(1, SERVER, ESTABLISHED), 4);
    told(tcp(1, SERVER, FIN_WAIT), 11);
    assertEquals(1, verdict(row(tcp(1, SERVER, SYN_RECV), 50)).lost());
  }

  @Test
  void shouldCallLostWhatHasAStateThatNobodyMade() {
    told(tcp(1, SERVER, ESTABLISHED), 4);
    assertEquals(1, verdict(row(tcp(1, SERVER, CLOSE), 5)).lost());
  }

  @Test
  void shouldCallLostWhatIsAtAnotherServer() {
    told(tcp(1, SERVER, ESTABLISHED), 4);
    assertEquals(1, verdict(row(tcp(1, OTHER_SERVER, ESTABLISHED), 895)).lost());
  }

  @Test
  void shouldCallLostWhatWasReplacedAndIsStillAtTheOldServer() {
    told(tcp(1, SERVER, FIN_WAIT), 4);
    told(tcp(1, OTHER_SERVER, SYN_RECV), 5);
    assertEquals(1, verdict(row(tcp(1, SERVER, FIN_WAIT), 110)).lost());
  }

  @Test
  void shouldCallSyncedWhatWasReplaced() {
    told(tcp(1, SERVER, FIN_WAIT), 4);
    told(tcp(1, OTHER_SERVER, SYN_RECV), 5);
    assertEquals(1, verdict(row(tcp(1, OTHER_SERVER, SYN_RECV), 55)).connections().synced());
  }

  @Test
  void shouldCallUnsentWhatWasNewInTheLastMoments() {
    told(tcp(1, SERVER, SYN_RECV), 11);
    told(tcp(1, SERVER, ESTABLISHED), 12);
    Verdict.Result result = verdict();
    assertEquals(1, result.connections().unsent());
    assertEquals(1, result.connections().sum());
    assertTrue(result.isGood());
  }

  @Test
  void shouldCallUnsentWhatLacksTheChangesOfTheLastMomentsOnly() {
    told(tcp(1, SERVER, SYN_RECV), 10);
    told(tcp(1, SERVER, ESTABLISHED), 11);
    told(tcp(1, SERVER, FIN_WAIT), 12);
    assertEquals(1, verdict(row(tcp(1, SERVER, SYN_RECV), 50)).connections().unsent());
  }

  @Test
  void shouldCallUnsentWhatWasReplacedInTheLastMoments() {
    told(tcp(1, SERVER, FIN_WAIT), 10);
    told(tcp(1, OTHER_SERVER, SYN_RECV), 11);
    assertEquals(1, verdict(row(tcp(1, SERVER, FIN_WAIT), 110)).connections().unsent());
  }

  @Test
  void shouldHoldAnEndedLifeAgainstNobody() {
    told(tcp(1, SERVER, CLOSE), 4);
    Verdict.Result result = verdictAt(10 * SECOND);
    assertEquals(1, result.connections().expired());
    assertEquals(1, result.connections().sum());
    assertTrue(result.isGood());
  }

  @Test
  void shouldAllowASecondAtTheEndOfALife() {
    told(tcp(1, SERVER, CLOSE), 4);
    assertEquals(1, verdictAt(9 * SECOND).connections().expired());
    told(tcp(2, SERVER, CLOSE), 4);
    assertEquals(1, verdictAt(9 * SECOND - 1).lost());
  }

  @Test
  void shouldStillCallSyncedWhatIsThereAtTheEndOfItsLife() {
    told(tcp(1, SERVER, CLOSE), 4);
    assertEquals(1, verdictAt(10 * SECOND, row(tcp(1, SERVER, CLOSE), 0)).connections().synced());
  }

  @Test
  void shouldCallUnsentWhatCameBackInTheLastMomentsAfterItsLife() {
    told(tcp(1, SERVER, CLOSE), 4);
    model.change(tcp(1, OTHER_SERVER, SYN_RECV), 0, 1, 11, SETTLED, 11 * SECOND);
    assertEquals(1, verdictAt(12 * SECOND).connections().unsent());
  }

  @Test
  void shouldCallExtraWhatNobodyMade() {
    Verdict.Result result = verdict(row(tcp(1, SERVER, ESTABLISHED), 895));
    assertEquals(1, result.extra());
    assertEquals(0, result.connections().sum());
    assertFalse(result.isGood());
  }

  @Test
  void shouldCallExtraWhatIsThereTwice() {
    told(tcp(1, SERVER, ESTABLISHED), 4);
    ConnBatch row = row(tcp(1, SERVER, ESTABLISHED), 895);
    Verdict.Result result = verdict(row, row);
    assertEquals(1, result.connections().synced());
    assertEquals(1, result.extra());
  }

  @Test
  void shouldCallExtraWhatOutlivesItsConnection() {
    told(tcp(1, SERVER, CLOSE), 4);
    Verdict.Result result = verdictAt(8 * SECOND, row(tcp(1, SERVER, CLOSE), 8));
    assertEquals(1, result.extra());
    assertEquals(1, result.connections().synced());
    assertFalse(result.isGood());
  }

  @Test
  void shouldBearThatALifeBeganLate() {
    told(tcp(1, SERVER, CLOSE), 4);
    Verdict.Result result = verdictAt(8 * SECOND, row(tcp(1, SERVER, CLOSE), 7));
    assertEquals(0, result.extra());
  }

  @Test
  void shouldTellTemplatesFromConnections() {
    told(Records.template(SERVER), 4);
    ConnBatch connection = tcp(0, SERVER, ESTABLISHED);
    Verdict.Result result = verdict(row(connection, 895));
    assertEquals(1, result.lost());
    assertEquals(1, result.extra());
    assertEquals(1, result.templates().lost());
    assertEquals(0, result.connections().sum());
  }

  @Test
  void shouldCompareTemplates() {
    told(Records.template(SERVER), 4);
    assertEquals(1, verdict(row(Records.template(SERVER), 295)).templates().synced());
  }

  @Test
  void shouldKeepFewExamples() {
    for (int cport = 1; cport <= 100; cport++) {
      told(tcp(cport, SERVER, ESTABLISHED), 4);
    }
    Verdict.Result result = verdict();
    assertEquals(100, result.lost());
    assertEquals(5, result.examples().size());
  }

  /** The workload told it in that message, at the beginning of time; it was on the wire. */
  private void told(ConnBatch record, long message) {
    model.change(record, 0, 1, message, Math.min(message - 1, SETTLED), 0);
    model.seen(record, 0);
  }

  private Verdict.Result verdict(ConnBatch... rows) {
    return verdictAt(2 * SECOND, rows);
  }

  private Verdict.Result verdictAt(long nanos, ConnBatch... rows) {
    Verdict verdict = new Verdict(model, SETTLED);
    for (ConnBatch row : rows) {
      verdict.row(row, 0, nanos);
    }
    return verdict.finish(nanos);
  }
}
