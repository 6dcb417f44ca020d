package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.kernel.internal.KernelTable.Purpose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reading of the kernel's list does to the table, and to the kernel. */
class TableMergeTest {
  private static final String SERVICES =
      """
      TCP  0A0100C8:0050 rr
        -> 0A010015:0050      Route   1      0          0
        -> 0A010016:0050      Route   1      0          0
      TCP  0A0100C9:0050 rr persistent 30000 FFFFFFFF
        -> 0A010015:0050      Masq    1      0          0
      """;

  private static final String ROW =
      "TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 ESTABLISHED     %3d\n";

  @TempDir Path folder;
  private final SimClock clock = new SimClock();
  private final TestNode node = new TestNode(clock);
  private FakeKernel kernel;
  private KernelTable table;

  @BeforeEach
  void open() throws Exception {
    kernel = new FakeKernel(folder);
    kernel.services(SERVICES);
    table = new KernelTable(kernel.proc(), node, clock);
    table.setTicksPerSecond(100);
  }

  private KernelTable.Reading read() throws Exception {
    return read(false);
  }

  private KernelTable.Reading read(boolean first) throws Exception {
    return table.read(new Purpose(clock.nowMs() - 1000, true, first), () -> {});
  }

  /** Puts an entry of a horizon with TCP port 0xAC5F, or a template's 0, into the table. */
  private void put(int horizon, int flags, int daddr, int state, int timeoutS, int leftS) {
    ConnBatch one = new ConnBatch(1);
    int i = one.add();
    one.setProtocol(i, 6);
    one.setCaddrWord(i, 0, AddressWords.word(0x0a010065));
    boolean template = (flags & 0x1000) != 0;
    one.setVaddrWord(i, 0, AddressWords.word(template ? 0x0a0100c9 : 0x0a0100c8));
    one.setDaddrWord(i, 0, AddressWords.word(daddr));
    one.setPorts(i, template ? 0 : 0xac5f, 0x50, 0x50);
    one.setFlags(i, flags);
    one.setFwmark(i, 5);
    one.setState(i, state);
    one.setTimeoutS(i, timeoutS);
    node.put(one, i, horizon, leftS * 1000L);
  }

  private List<String> entries() {
    ConnBatch all = node.entries();
    List<String> text = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      text.add(
          "from %d flags %x %s state %d left %d"
              .formatted(
                  all.horizon(i),
                  all.flags(i),
                  ConnText.address(all, i, ConnText.Address.DADDR),
                  all.state(i),
                  all.expiresMs(i) / 1000));
    }
    return text;
  }

  @Test
  void shouldInsertWhatTheTableLacks() throws Exception {
    kernel.conns(ROW.formatted(892) + ROW.replace("AC5F", "AC60").formatted(0), "");

    KernelTable.Reading reading = read();

    assertEquals(List.of("from 7 flags 83 10.1.0.21 state 1 left 892"), entries());
    assertEquals(2, reading.rows());
    assertEquals(1, reading.inserted());
  }

  @Test
  void shouldLeaveWhatPeersSaidAlone() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    kernel.conns(ROW.formatted(602), "");

    assertEquals(0, read().updated());

    assertEquals(List.of("from 3 flags 83 10.1.0.21 state 1 left 600"), entries());
    assertEquals(List.of(), node.again);
  }

  @Test
  void shouldKeepAConnectionThatTheKernelSeesLive() throws Exception {
    put(TestNode.PEER, 0x2a3, 0x0a010015, 1, 900, 600);
    kernel.conns(ROW.formatted(890), "");

    read();

    assertEquals(List.of("from 7 flags 2a3 10.1.0.21 state 1 left 890"), entries());
    assertEquals(5, node.entries().fwmark(0), "what the row does not say stays");
  }

  @Test
  void shouldTellOfACopyThatTheKernelSeesLive() throws Exception {
    put(TestNode.PEER, 0x2a3, 0x0a010015, 1, 900, 600);
    node.entries().setCopy(0, true);
    kernel.conns(ROW.formatted(890), "");

    read();

    assertFalse(node.entries().isCopy(0), "a copy's word would not be announced");
  }

  @Test
  void shouldNotLetARowOverruleWhatWasJustSaid() throws Exception {
    put(TestNode.KERNEL, 0x183, 0x0a010015, 6, 10, 9);
    kernel.conns(ROW.formatted(899), "");

    read();

    assertEquals(List.of("from 7 flags 183 10.1.0.21 state 6 left 9"), entries());
  }

  @Test
  void shouldTakeAStateOfTheKernelsOwnConnection() throws Exception {
    put(TestNode.KERNEL, 0x83, 0x0a010015, 1, 900, 600);
    kernel.conns(ROW.formatted(20).replace("ESTABLISHED", "FIN_WAIT   "), "");

    read();

    assertEquals(List.of("from 7 flags 183 10.1.0.21 state 4 left 20"), entries());
  }

  @Test
  void shouldLetTheKernelsOwnDestinationWin() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010016, 1, 900, 600);
    String sync = "TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 ESTABLISHED %s     800\n";
    kernel.conns(ROW.formatted(800), sync.formatted("SYNC "));
    read();
    assertEquals(List.of("from 3 flags 83 10.1.0.22 state 1 left 600"), entries());

    kernel.conns(ROW.formatted(800), sync.formatted("LOCAL"));
    read();

    assertEquals(List.of("from 7 flags 83 10.1.0.21 state 1 left 800"), entries());
  }

  @Test
  void shouldNotTakeATemplatesFullTimeForLife() throws Exception {
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    kernel.conns("TCP 0A010065 0000 0A0100C9 0050 0A010015 0050 ASSURED         297\n", "");

    read();

    assertEquals(List.of("from 3 flags 1100 10.1.0.21 state 1 left 100"), entries());
  }

  @Test
  void shouldSendAgainWhatTheKernelHasNot() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    assertEquals(2, read().missed());
    assertEquals(List.of(), node.again, "a list is no snapshot");

    KernelTable.Reading reading = read();

    assertEquals(2, reading.lost());
    assertEquals(
        List.of(
            "kernel false 6 10.1.0.101 44127 10.1.0.200 80",
            "kernel true 6 10.1.0.101 0 10.1.0.201 80"),
        node.again);
    assertEquals(
        "TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 ESTABLISHED LOCAL 600",
        reading.examples().getFirst());

    node.again.clear();
    assertEquals(0, read().lost(), "they are on their way");
    assertEquals(2, read().lost());
  }

  @Test
  void shouldNotTakeARowThatAReadingSkippedForLost() throws Exception {
    String other = ROW.replace("0A010065", "0A010066");
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    kernel.conns(ROW.formatted(600) + other.formatted(600), "");
    read();

    for (int i = 0; i < 3; i++) {
      kernel.conns(other.formatted(600), "");
      assertEquals(1, read().missed());
      kernel.conns(ROW.formatted(600), "");
      assertEquals(0, read().missed());
    }

    assertEquals(List.of(), node.again);
  }

  @Test
  void shouldKnowWhatAnyOfTheReadingsHasMet() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    String template = "TCP 0A010065 0000 0A0100C9 0050 0A010015 0050 ASSURED         100\n";
    table.expectAll();
    kernel.conns(ROW.formatted(600), "");
    assertEquals(1, read().unmet());
    kernel.conns(template, "");

    KernelTable.Reading reading = read();

    assertEquals(1, reading.missed());
    assertEquals(0, reading.unmet());
  }

  @Test
  void shouldJudgeNothingByAListThatWasCutShort() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    String others = ROW.replace("0A010065", "0A010066") + ROW.replace("0A010065", "0A010067");
    kernel.conns(others.replace("%3d", "600"), "");
    assertTrue(read().judged());
    kernel.conns("", "");

    assertFalse(read().judged());

    assertEquals(List.of(), node.again);
    assertEquals(1, read().lost(), "an empty list once more is one");
  }

  @Test
  void shouldJudgeNothingWhenTheTableIsExchangedMeanwhile() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    kernel.conns(ROW.formatted(600), "");
    node.afterFind = node::exchangeTable;
    assertFalse(read().judged());
    node.afterFind = () -> {};

    KernelTable.Reading reading = read();

    assertTrue(reading.judged());
    assertEquals(0, reading.missed());
    assertEquals(List.of(), node.again);
  }

  @Test
  void shouldNotTakeAnotherEntryForOneThatWasMissed() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    assertEquals(1, read().missed());
    node.exchangeEntry(0, 0xac60);

    assertEquals(0, read().lost(), "its handle is another entry's now");

    assertEquals(1, read().lost());
  }

  @Test
  void shouldJudgeNothingWhileNotAllIsSent() throws Exception {
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 600);
    for (int i = 0; i < 3; i++) {
      table.read(new Purpose(Purpose.NOTHING, true, false), () -> {});
    }

    assertEquals(List.of(), node.again);
  }

  @Test
  void shouldMendAnotherRealServerThatTheKernelWasTold() throws Exception {
    put(TestNode.PEER, 0x183, 0x0a010016, 4, 900, 600);
    String row = ROW.replace("ESTABLISHED     %3d", "ESTABLISHED %s     800");
    kernel.conns(ROW.formatted(800), row.formatted("SYNC "));
    assertEquals(0, read().lost());

    assertEquals(1, read().lost());

    assertEquals(
        List.of("kernel false 6 10.1.0.101 44127 10.1.0.200 80 moved"),
        node.again,
        "a kernel takes no inactive record for another real server");
  }

  @Test
  void shouldNotSendATemplateForAnotherRealServer() throws Exception {
    put(TestNode.PEER, 0x1100, 0x0a010016, 1, 300, 100);
    String row = "TCP 0A010065 0000 0A0100C9 0050 0A010015 0050 ASSURED %s    250\n";
    kernel.conns(row.formatted(""), row.formatted("SYNC "));

    for (int i = 0; i < 3; i++) {
      assertEquals(0, read().lost(), "no record changes it");
    }
  }

  @Test
  void shouldNotTakeATemplateThatThePeersHaveEnded() throws Exception {
    String row = "TCP 0A010065 0000 0A0100C9 0050 0A010015 0050 ASSURED %s    100\n";
    kernel.conns(row.formatted(""), row.formatted("SYNC "));
    read();
    assertEquals(List.of(), entries());

    kernel.conns(row.formatted(""), row.formatted("LOCAL"));
    read();

    assertEquals(List.of("from 7 flags 1100 10.1.0.21 state 1 left 100"), entries());
  }

  @Test
  void shouldTakeEveryTemplateAtFirst() throws Exception {
    String row = "TCP 0A010065 0000 0A0100C9 0050 0A010015 0050 ASSURED %s    100\n";
    kernel.conns(row.formatted(""), row.formatted("SYNC "));

    read(true);

    assertEquals(1, entries().size(), "an earlier node may have told them");
  }

  @Test
  void shouldAskForTheOriginOfEveryTemplateInTurn() throws Exception {
    StringBuilder conns = new StringBuilder();
    StringBuilder origins = new StringBuilder();
    int count = 2 * TableMerge.MAX_DOUBTS + 1;
    for (int i = 0; i < count; i++) {
      String row = "TCP 0A01%04X 0000 0A0100C9 0050 0A010015 0050 ASSURED %s 100\n";
      conns.append(row.formatted(i, ""));
      origins.append(row.formatted(i, i == count - 1 ? "LOCAL" : "SYNC"));
    }
    kernel.conns(conns.toString(), origins.toString());
    read();
    read();
    assertEquals(0, entries().size());

    read();

    assertEquals(1, entries().size());
  }

  @Test
  void shouldKeepPersistenceDataOfATemplateWhoseOriginItAsksFor() throws Exception {
    String row = "UDP 0A010065 0000 0A0100C9 13C4 0A010015 13C4 NONE %s 297%s\n";
    kernel.conns(row.formatted("", " sip call@here"), row.formatted("LOCAL", ""));

    read();

    assertEquals("call@here", ConnText.peData(node.entries(), 0));
  }

  @Test
  void shouldCountAnOddLineOfServicesOnceAReading() throws Exception {
    kernel.services("XXX 0A0100C8:0050 rr\n");
    for (int i = 0; i < 5; i++) {
      table.readServices();
    }
    assertEquals(0, table.badLines());

    read();

    assertEquals(1, table.badLines());
  }

  @Test
  void shouldEndAReadingWhenSomethingElseIsDue() throws Exception {
    kernel.conns(ROW.formatted(600), "");
    Purpose purpose = new Purpose(Purpose.NOTHING, true, false);

    assertThrows(
        InterruptedIOException.class,
        () ->
            table.read(
                purpose,
                () -> {
                  throw new InterruptedIOException();
                }));
  }

  @Test
  void shouldNotSendWhatTheKernelCannotHave() throws Exception {
    kernel.services("");
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    assertEquals(0, read().missed(), "no service");
    kernel.services(SERVICES);
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 2);
    assertEquals(0, read().missed(), "soon over");
    put(TestNode.KERNEL, 0x83, 0x0a010015, 1, 900, 600);
    assertEquals(0, read().missed(), "the kernel's own, which it has ended");
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 900);
    assertEquals(0, read().missed(), "on its way");

    assertEquals(List.of(), node.again);
  }

  @Test
  void shouldSendTemplatesWhenTheirServiceComes() throws Exception {
    kernel.services("");
    table.readServices();
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    kernel.services(SERVICES);

    assertEquals(1, sendTemplates());
    assertEquals(0, sendTemplates(), "nothing has changed");

    kernel.services(SERVICES + "  -> 0A010017:0050      Masq    1      0          0\n");
    assertEquals(0, sendTemplates(), "its real server was there before");
  }

  private int sendTemplates() throws Exception {
    Services before = table.services();
    table.readServices();
    return table.sendTemplates(before);
  }
}
