package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DaemonControlTest {
  private static final RoleConfig BACKUP =
      new RoleConfig(SyncRole.BACKUP, "command", true, Map.of("mcastInterface", "lo", "syncId", 7));

  private final FakeView view = new FakeView();
  private final FakeConfigs configs = new FakeConfigs(view);
  private final TestTime time = new TestTime();
  private final DaemonControl control =
      new DaemonControl(view, configs, time.patience(), ShellLimits.defaults());

  @Test
  void shouldReturnWhenTheLinkIsUp() throws Exception {
    configs.newState = LinkState.STARTING;
    time.in(3_000, () -> onlyLink().state = LinkState.UP);
    control.start(BACKUP);
    assertEquals(List.of(BACKUP), configs.list());
    assertEquals(LinkState.UP, onlyLink().state);
  }

  @Test
  void shouldEndOnlyANodeThatHasNoLink() throws Exception {
    control.start(BACKUP);
    assertFalse(control.endIfIdle());
    assertTrue(control.stop(Optional.empty()));
    assertTrue(control.endIfIdle());
  }

  @Test
  void shouldStartNothingInANodeThatEnds() throws Exception {
    assertTrue(control.endIfIdle());
    CommandFailure late = assertThrows(CommandFailure.class, () -> control.start(BACKUP));
    assertEquals("the node is ending; start it again when it is gone", late.getMessage());
    assertEquals(3, late.exit(), "whoever sees that starts the next node");
    assertEquals(List.of(), configs.calls);
  }

  @Test
  void shouldRemoveALinkThatOnlyTriesAgain() {
    configs.newState = LinkState.RETRYING;
    configs.newDetail = "interface eth9 is not there";
    assertFails("interface eth9 is not there", () -> control.start(BACKUP));
    assertEquals(List.of("create backup command", "delete backup command"), configs.calls);
  }

  @Test
  void shouldReturnWhenTheRemovedLinkIsGone() {
    configs.newState = LinkState.RETRYING;
    configs.newDetail = "interface eth9 is not there";
    configs.linksEnd = false;
    time.in(2_000, view.links::clear);
    assertFails("interface eth9 is not there", () -> control.start(BACKUP));
    assertEquals(List.of(), view.links());
  }

  @Test
  void shouldRemoveALinkThatIsRefused() {
    configs.newState = LinkState.REFUSED;
    configs.newDetail = "org.ipvssync.role.backup~command: syncMaxLen=1 is not allowed";
    assertFails(configs.newDetail, () -> control.start(BACKUP));
    assertEquals(List.of(), configs.list());
  }

  @Test
  void shouldGiveUpOnALinkThatWaitsForItsCodec() {
    configs.newState = LinkState.WAITING;
    configs.newDetail = "no codec v1";
    assertFails("no codec v1", () -> control.start(BACKUP));
    assertEquals(List.of(), configs.list());
  }

  @Test
  void shouldNameTheStateOfALinkThatDoesNotSayWhy() {
    configs.newState = LinkState.STARTING;
    assertFails(
        "backup daemon 'command' is still starting after 10 s; see the log",
        () -> control.start(BACKUP));
  }

  @Test
  void shouldNameTheBundleWhenNoLinkAppears() {
    configs.newState = null;
    assertFails(
        "backup daemon 'command' did not start; is the bundle org.ipvssync.role.backup active? See"
            + " the log",
        () -> control.start(BACKUP));
    assertEquals(List.of(), configs.list());
  }

  @Test
  void shouldRemoveTheLinkOfAClientThatWentAway() {
    configs.newState = LinkState.STARTING;
    time.interrupting = true;
    assertThrows(InterruptedException.class, () -> control.start(BACKUP));
    assertEquals(List.of(), configs.list());
  }

  @Test
  void shouldSayHowToStopWhatRunsAlready() {
    configs.running(SyncRole.BACKUP, "command", true);
    assertFails(
        "backup daemon 'command' runs already; stop it with --stop-daemon=backup, or give the new"
            + " one another --name",
        () -> control.start(BACKUP));
    assertEquals(List.of(), configs.calls);
  }

  @Test
  void shouldNotTouchWhatAFileConfigures() {
    configs.running(SyncRole.BACKUP, "command", false);
    assertFails(
        "backup daemon 'command' is configured already, not by command; give the new one another"
            + " --name",
        () -> control.start(BACKUP));
    assertEquals(List.of(), configs.calls);
  }

  @Test
  void shouldRunBothRolesUnderOneName() throws Exception {
    control.start(BACKUP);
    control.start(new RoleConfig(SyncRole.MASTER, "command", true, BACKUP.settings()));
    assertEquals(2, view.links().size());
  }

  @Test
  void shouldStopOneRoleAndKeepTheNodeForTheOther() throws Exception {
    configs.running(SyncRole.BACKUP, "command", true);
    configs.running(SyncRole.MASTER, "command", true);
    assertFalse(control.stop(Optional.of(SyncRole.BACKUP)));
    assertEquals(List.of("delete backup command"), configs.calls);
    assertTrue(control.stop(Optional.of(SyncRole.MASTER)));
  }

  @Test
  void shouldStopBothRolesAndSayThatNoneIsLeft() throws Exception {
    configs.running(SyncRole.BACKUP, "command", true);
    configs.running(SyncRole.MASTER, "command", true);
    configs.running(SyncRole.MASTER, "east", true);
    assertTrue(control.stop(Optional.empty()));
    assertEquals(List.of(), configs.list());
  }

  @Test
  void shouldKeepWhatFilesConfigure() throws Exception {
    configs.running(SyncRole.BACKUP, "eth0", false);
    configs.running(SyncRole.MASTER, "command", true);
    assertFalse(control.stop(Optional.empty()));
    assertEquals(List.of("delete master command"), configs.calls);
  }

  @Test
  void shouldFailWhenNothingIsToBeStopped() {
    assertFails(
        "no daemon was started by command, nothing to stop", () -> control.stop(Optional.empty()));
    configs.running(SyncRole.BACKUP, "eth1", false);
    configs.running(SyncRole.BACKUP, "eth0", false);
    assertFails(
        "no backup daemon was started by command, nothing to stop; from the configuration, change"
            + " it there: backup 'eth0', backup 'eth1'",
        () -> control.stop(Optional.of(SyncRole.BACKUP)));
  }

  @Test
  void shouldWaitUntilTheLinkIsGone() throws Exception {
    configs.running(SyncRole.MASTER, "command", true);
    configs.linksEnd = false;
    time.in(4_000, view.links::clear);
    assertTrue(control.stop(Optional.empty()));
  }

  @Test
  void shouldSayThatALinkDoesNotEnd() {
    configs.running(SyncRole.MASTER, "command", true);
    configs.linksEnd = false;
    assertFails(
        "master daemon 'command' was removed but did not end within 5 s; see the log",
        () -> control.stop(Optional.empty()));
  }

  @Test
  void shouldPromoteAndKeepSettings() throws Exception {
    configs.running(SyncRole.BACKUP, "command", true);
    Printed printed = new Printed();
    control.turn(SyncRole.MASTER, printed.out);
    assertEquals("command: now master\n", printed.text());
    assertEquals(List.of("create master command", "delete backup command"), configs.calls);
    Map<String, Object> settings = new HashMap<>(BACKUP.settings());
    settings.put("horizon", "224.0.0.81:8848%lo#1");
    assertEquals(
        List.of(new RoleConfig(SyncRole.MASTER, "command", true, settings)), configs.list());
    control.turn(SyncRole.BACKUP, printed.out);
    assertEquals(
        List.of(new RoleConfig(SyncRole.BACKUP, "command", true, settings)), configs.list());
  }

  @Test
  void shouldDemoteEveryMaster() throws Exception {
    configs.running(SyncRole.MASTER, "west", true);
    configs.running(SyncRole.MASTER, "east", true);
    configs.running(SyncRole.MASTER, "file", false);
    Printed printed = new Printed();
    control.turn(SyncRole.BACKUP, printed.out);
    assertEquals(List.of("east: now backup", "west: now backup"), printed.lines());
    assertEquals(3, configs.list().size());
  }

  @Test
  void shouldSayThatALinkHasTheRoleAlready() throws Exception {
    configs.running(SyncRole.MASTER, "command", true);
    Printed printed = new Printed();
    control.turn(SyncRole.MASTER, printed.out);
    assertEquals("command: is master\nnothing has to change\n", printed.text());
    assertEquals(List.of(), configs.calls);
  }

  @Test
  void shouldLeaveANodeOfBothRolesAsItIs() throws Exception {
    configs.running(SyncRole.BACKUP, "command", true);
    configs.running(SyncRole.MASTER, "command", true);
    Printed printed = new Printed();
    control.turn(SyncRole.MASTER, printed.out);
    assertEquals(
        List.of("command: is master", "command: stays backup too", "nothing has to change"),
        printed.lines());
    assertEquals(List.of(), configs.calls);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSucceedWhereBothRolesAreConfigured(SyncRole to) throws Exception {
    configs.running(SyncRole.BACKUP, "from-peer", false);
    configs.running(SyncRole.MASTER, "to-peer", false);
    Printed printed = new Printed();
    control.turn(to, printed.out);
    assertEquals(3, printed.lines().size(), printed.text());
    assertEquals("nothing has to change", printed.lines().getLast());
    assertEquals(List.of(), configs.calls);
  }

  @Test
  void shouldSucceedWhenAConfiguredLinkHasTheRoleAlready() throws Exception {
    configs.running(SyncRole.MASTER, "eth0", false);
    Printed printed = new Printed();
    control.turn(SyncRole.MASTER, printed.out);
    assertEquals(List.of("eth0: is master", "nothing has to change"), printed.lines());
    assertFails(
        "no daemon was started by command, nothing to demote; from the configuration, change it"
            + " there: master 'eth0'",
        () -> control.turn(SyncRole.BACKUP, printed.out));
  }

  @Test
  void shouldNotStartAMasterBesideAConfiguredOne() throws Exception {
    configs.running(SyncRole.MASTER, "eth0", false);
    configs.running(SyncRole.BACKUP, "command", true);
    Printed printed = new Printed();
    control.turn(SyncRole.MASTER, printed.out);
    assertEquals(List.of("command: stays backup too", "nothing has to change"), printed.lines());
    assertEquals(List.of(), configs.calls);
  }

  @Test
  void shouldEndTheNodeWithTheLastLinkThatPeopleWanted() throws Exception {
    configs.running(SyncRole.BACKUP, "command", true);
    configs.automatic(SyncRole.BACKUP);
    configs.automatic(SyncRole.MASTER);
    assertFalse(control.endIfIdle());
    assertTrue(control.stop(Optional.empty()));
    assertEquals(List.of("delete backup command"), configs.calls);
    assertEquals(2, view.links().size(), "they go with the bundle that made them");
  }

  @Test
  void shouldLeaveTheNodesOwnLinksAlone() throws Exception {
    configs.automatic(SyncRole.BACKUP);
    configs.automatic(SyncRole.MASTER);
    assertFails(
        "no daemon was started by command, nothing to promote",
        () -> control.turn(SyncRole.MASTER, new Printed().out));
    assertFails(
        "no daemon was started by command, nothing to stop", () -> control.stop(Optional.empty()));
    assertFails(
        "backup daemon 'kernel' is the node's own link; give the new one another --name",
        () -> control.start(new RoleConfig(SyncRole.BACKUP, "kernel", true, Map.of())));
    configs.running(SyncRole.BACKUP, "command", true);
    Printed printed = new Printed();
    control.turn(SyncRole.MASTER, printed.out);
    assertEquals(List.of("command: now master"), printed.lines());
    assertEquals(List.of("create master command", "delete backup command"), configs.calls);
  }

  @Test
  void shouldStayBackupWhenTheMasterDoesNotComeUp() {
    configs.running(SyncRole.BACKUP, "command", true);
    configs.newState = LinkState.RETRYING;
    configs.newDetail = "interface lo is down";
    assertFails("interface lo is down", () -> control.turn(SyncRole.MASTER, new Printed().out));
    assertEquals(SyncRole.BACKUP, configs.list().getFirst().role());
    assertEquals(1, configs.list().size());
  }

  @Test
  void shouldFailWhenNothingIsToBeTurned() {
    configs.running(SyncRole.BACKUP, "eth0", false);
    assertFails(
        "no daemon was started by command, nothing to promote; from the configuration, change it"
            + " there: backup 'eth0'",
        () -> control.turn(SyncRole.MASTER, new Printed().out));
    configs.configs.clear();
    assertFails(
        "no daemon was started by command, nothing to demote",
        () -> control.turn(SyncRole.BACKUP, new Printed().out));
  }

  private FakeLink onlyLink() {
    assertEquals(1, view.links.size());
    return (FakeLink) view.links.getFirst();
  }

  private static void assertFails(String line, Executable command) {
    CommandFailure failure = assertThrows(CommandFailure.class, command);
    assertEquals(line, failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }
}
