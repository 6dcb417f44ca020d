package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.fake.SimClock;
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
    return table.read(true, clock.nowMs() - 1000);
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

    KernelTable.Reading reading = read();

    assertEquals(2, reading.missing());
    assertEquals(
        List.of(
            "kernel false 6 10.1.0.101 44127 10.1.0.200 80",
            "kernel true 6 10.1.0.101 0 10.1.0.201 80"),
        node.again);
    assertEquals(
        "TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 ESTABLISHED LOCAL 600",
        reading.examples().getFirst());
  }

  @Test
  void shouldNotSendWhatTheKernelCannotHave() throws Exception {
    kernel.services("");
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    assertEquals(0, read().missing(), "no service");
    kernel.services(SERVICES);
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 2);
    assertEquals(0, read().missing(), "soon over");
    put(TestNode.KERNEL, 0x83, 0x0a010015, 1, 900, 600);
    assertEquals(0, read().missing(), "the kernel's own, which it has ended");
    put(TestNode.PEER, 0x83, 0x0a010015, 1, 900, 900);
    assertEquals(0, read().missing(), "on its way");

    assertEquals(List.of(), node.again);
  }

  @Test
  void shouldSendTemplatesWhenTheirServiceComes() throws Exception {
    kernel.services("");
    table.readServices();
    put(TestNode.PEER, 0x1100, 0x0a010015, 1, 300, 100);
    kernel.services(SERVICES);

    Services before = table.readServices();

    assertEquals(1, table.sendTemplates(before));
    assertEquals(0, table.sendTemplates(table.readServices()), "nothing has changed");
  }
}
