package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.Test;

class CommandHorizonsTest {
  private final RoleConfig backup = link(SyncRole.BACKUP, "a", Map.of("mcastInterface", "eth0"));

  @Test
  void shouldLeaveTheFirstHorizonToTheRole() {
    assertNull(horizon(CommandHorizons.joining(backup, List.of())));
    RoleConfig master = link(SyncRole.MASTER, "a", backup.settings());
    assertNull(horizon(CommandHorizons.joining(master, List.of(backup))));
  }

  @Test
  void shouldGiveAPromotedMasterAnotherHorizonThanItsRecordsHave() {
    assertEquals("224.0.0.81:8848%eth0#1", horizon(promote(backup)));
  }

  @Test
  void shouldNeverTakeTheHorizonOfThePromotionBefore() {
    RoleConfig link = backup;
    Set<Object> seen = new LinkedHashSet<>();
    for (int i = 0; i < 30; i++) {
      Object before = horizon(link);
      RoleConfig master = promote(link);
      assertEquals(false, horizon(master).equals(before));
      seen.add(horizon(master));
      link = link(SyncRole.BACKUP, "a", master.settings()); // demoted: as it is
    }
    assertEquals(7, seen.size(), "a node tells only 255 apart: " + seen);
  }

  @Test
  void shouldShareTheHorizonOfThePromotedMasterOnTheAddress() {
    RoleConfig master = promote(backup);
    RoleConfig same =
        link(
            SyncRole.BACKUP,
            "b",
            Map.of("mcastInterface", "eth0", "mcastGroup", "224.0.0.81", "mcastPort", "8848"));
    assertEquals("224.0.0.81:8848%eth0#1", horizon(CommandHorizons.joining(same, List.of(master))));
    RoleConfig other = link(SyncRole.BACKUP, "c", Map.of("mcastInterface", "eth1"));
    assertNull(horizon(CommandHorizons.joining(other, List.of(master))));
  }

  @Test
  void shouldKeepTheHorizonWhereAnotherLinkUsesTheAddress() {
    RoleConfig file =
        new RoleConfig(SyncRole.BACKUP, "eth0", false, Map.of("mcastInterface", "eth0"));
    RoleConfig master = link(SyncRole.MASTER, "a", backup.settings());
    assertNull(horizon(CommandHorizons.promoted(master, backup, List.of(backup, file))));
  }

  @Test
  void shouldKnowAGroupHoweverItIsSpelled() {
    RoleConfig one = link(SyncRole.BACKUP, "a", Map.of("mcastGroup", "ff02::5a"));
    RoleConfig master = promote(one);
    assertEquals("ff02:0:0:0:0:0:0:5a:8848%#1", horizon(master));
    RoleConfig two = link(SyncRole.BACKUP, "b", Map.of("mcastGroup", "FF02:0:0::5A"));
    assertEquals(horizon(master), horizon(CommandHorizons.joining(two, List.of(master))));
    RoleConfig wrong = link(SyncRole.BACKUP, "c", Map.of("mcastGroup", "all"));
    assertNull(horizon(CommandHorizons.joining(wrong, List.of(master))));
  }

  private static RoleConfig promote(RoleConfig from) {
    return CommandHorizons.promoted(
        link(SyncRole.MASTER, from.name(), from.settings()), from, List.of(from));
  }

  private static RoleConfig link(SyncRole role, String name, Map<String, Object> settings) {
    return new RoleConfig(role, name, true, settings);
  }

  private static Object horizon(RoleConfig config) {
    return config.settings().get("horizon");
  }
}
