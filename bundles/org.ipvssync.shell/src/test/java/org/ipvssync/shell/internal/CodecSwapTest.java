package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CodecSwapTest {
  private final FakeView view = new FakeView();
  private final FakeSettings settings = new FakeSettings();
  private final TestTime time = new TestTime();
  private final Printed printed = new Printed();
  private final FakeLink eth0 = new FakeLink(SyncRole.MASTER, "eth0");
  private final FakeLink eth1 = new FakeLink(SyncRole.MASTER, "eth1");
  private final CodecSwap codecs =
      new CodecSwap(view, settings, time.patience(), ShellLimits.defaults());

  @BeforeEach
  void fillNode() {
    view.codecs.add(new Offer("v0", "1.0.0", "org.ipvssync.codec.v0"));
    view.codecs.add(new Offer("v1", "1.0.0", "org.ipvssync.codec.v1"));
    view.links.add(eth0);
    view.links.add(eth1);
    view.links.add(new FakeLink(SyncRole.BACKUP, "eth2"));
  }

  @Test
  void shouldSwapAllMasterLinksAndTellWhatItTook() throws Exception {
    settings.whenSet = () -> time.in(60, this::takeConfigured);
    codecs.swap("v0", Optional.empty(), printed.out);
    assertEquals(
        List.of(
            "eth0: codec v1 1.0.0 -> v0 1.0.0, stood still 0.8 ms, 57 updates waited; kept in"
                + " /conf/eth0.cfg",
            "eth1: codec v1 1.0.0 -> v0 1.0.0, stood still 0.8 ms, 57 updates waited; kept in"
                + " /conf/eth1.cfg"),
        printed.lines());
    assertEquals(List.of("eth0 codec=v0", "eth1 codec=v0"), settings.calls);
  }

  @Test
  void shouldLeaveTheNodesOwnLinksAloneUnlessOneIsNamed() throws Exception {
    view.links.remove(eth1);
    FakeLink kernel = view.automatic(SyncRole.MASTER);
    settings.whenSet = this::takeConfigured;
    codecs.swap("v0", Optional.empty(), printed.out);
    assertEquals(List.of("eth0 codec=v0"), settings.calls);
    assertEquals("v1", kernel.codec);
  }

  @Test
  void shouldSwapTheLinkThatIsNamedAndSayWhatTheCodecCannotCarry() throws Exception {
    settings.whenSet =
        () -> {
          takeConfigured();
          eth1.detail = "3 changes are held: codec v0 cannot carry them";
        };
    codecs.swap("v0", Optional.of("eth1"), printed.out);
    assertEquals(
        List.of(
            "eth1: codec v1 1.0.0 -> v0 1.0.0, stood still 0.8 ms, 57 updates waited;"
                + " 3 changes are held: codec v0 cannot carry them; kept in /conf/eth1.cfg"),
        printed.lines());
    assertEquals("v1", eth0.codec);
  }

  @Test
  void shouldSayThatNothingIsToBeDone() throws Exception {
    settings.values.put("eth0 codec", " v1 ");
    codecs.swap("v1", Optional.of("eth0"), printed.out);
    assertEquals(List.of(), settings.calls);
    codecs.swap("v1", Optional.of("eth1"), printed.out);
    assertEquals(List.of("eth1 codec=v1"), settings.calls, "a default is kept from now on");
    assertEquals(
        List.of(
            "eth0: codec v1 is in use already; kept in /conf/eth0.cfg",
            "eth1: codec v1 is in use already; kept in /conf/eth1.cfg"),
        printed.lines());
  }

  @Test
  void shouldPutBackWhatALinkDoesNotTake() {
    settings.values.put("eth0 codec", "v1");
    settings.whenSet = () -> eth0.detail = "no codec named v0 is there; start its bundle";
    assertFails(
        "eth0: codec v0 was not taken: no codec named v0 is there; start its bundle;"
            + " all is as it was",
        "v0",
        "eth0");
    assertEquals(List.of("eth0 codec=v0", "undo eth0 codec"), settings.calls);
    assertEquals("v1", settings.values.get("eth0 codec"));
  }

  @Test
  void shouldPutBackWhenInterrupted() {
    time.interrupting = true;
    assertThrows(
        InterruptedException.class, () -> codecs.swap("v0", Optional.of("eth0"), printed.out));
    assertEquals(List.of("eth0 codec=v0", "undo eth0 codec"), settings.calls);
  }

  @Test
  void shouldNotWaitForALinkThatIsDownForAnotherReason() throws Exception {
    eth0.state = LinkState.RETRYING;
    eth0.detail = "interface eth0 is down";
    settings.whenSet = () -> eth0.codec = "v0";
    codecs.swap("v0", Optional.of("eth0"), printed.out);
    assertEquals(
        List.of(
            "eth0: codec v1 -> v0; the link is retrying; interface eth0 is down; kept in"
                + " /conf/eth0.cfg"),
        printed.lines());
  }

  @Test
  void shouldSayWhatThereIsToChooseFrom() {
    assertFails("codec: there is no codec 'v7'; there is: v0, v1", "v7", null);
    assertFails("codec: there is no master link 'x'; there is: eth0, eth1", "v0", "x");
    assertFails(
        "codec: 'eth2' is a backup: it reads every codec that its key codecs names, nothing is to"
            + " be chosen",
        "v0",
        "eth2");
    view.links.removeAll(List.of(eth0, eth1));
    assertFails("codec: there is no master link; start one with --start-daemon=master", "v0", null);
    settings.masters = List.of("eth0", "eth1");
    assertFails(
        "codec: no master link runs, but there is a configuration of eth0, eth1; start the role's"
            + " bundle: ipvs-syncd shell start org.ipvssync.role.master",
        "v0",
        null);
    assertEquals(List.of(), settings.calls);
  }

  @Test
  void shouldShowWhatIsInUseAndWhatThereIs() throws Exception {
    view.links.remove(eth1);
    codecs.show(printed.out);
    assertEquals(
        """
        LINK  ROLE    CODEC  KEPT IN
        eth0  master  v1     /conf/eth0.cfg
        eth2  backup  v1     (a backup reads all of its key codecs)

        CODEC  VERSION  BUNDLE
        v0     1.0.0    org.ipvssync.codec.v0
        v1     1.0.0    org.ipvssync.codec.v1
        """,
        printed.text());
  }

  private void takeConfigured() {
    for (FakeLink link : List.of(eth0, eth1)) {
      String wanted = settings.values.get(link.status().name() + " codec");
      if (wanted != null && !wanted.equals(link.codec)) {
        link.swaps =
            link.swaps.with(new Swap("codec", link.codec + " 1.0.0", wanted + " 1.0.0", 800, 57));
        link.codec = wanted;
      }
    }
  }

  private void assertFails(String line, String codec, String link) {
    CommandFailure failure =
        assertThrows(
            CommandFailure.class, () -> codecs.swap(codec, Optional.ofNullable(link), printed.out));
    assertEquals(line, failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }
}
