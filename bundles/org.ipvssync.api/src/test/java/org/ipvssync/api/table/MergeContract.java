package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.table.TableHarness.Change;
import org.junit.jupiter.api.Test;

/**
 * What a record does to the table under each rule, what is counted and what is announced. Source of
 * KERNEL_SYNC: {@code ip_vs_proc_conn} in net/netfilter/ipvs/ip_vs_sync.c.
 */
public interface MergeContract extends TableOpener {
  int ELSEWHERE_PORT = 9090;

  private static Conn elsewhere() {
    return Conn.tcp().by("10.1.0.2", ELSEWHERE_PORT);
  }

  @Test
  default void shouldStoreEverythingARecordSays() {
    TableHarness t = open();
    Conn full =
        Conn.tcp6()
            .flags(ConnFlags.DROUTE | ConnFlags.NOOUTPUT | ConnFlags.SEQ_MASK)
            .state(4)
            .fwmark(0x80000001)
            .timeoutS(77)
            .seq(1, 2, 3, 4, 5, 0xffffffff);
    ConnBatch in = TableHarness.batchOf(full);
    t.apply(MergeRule.KERNEL_SYNC, 200, in);
    ConnBatch expected = TableHarness.batchOf(full);
    expected.setFlags(0, in.flags(0) | ConnFlags.SYNC);
    expected.setHorizon(0, 200);
    expected.setExpiresMs(0, 77_000);
    assertEquals(ConnRecords.text(expected, 0), ConnRecords.text(t.mustFind(full), 0));
    assertTrue(ConnRecords.same(expected, 0, t.mustFind(full), 0));
  }

  @Test
  default void shouldAnnounceOfACopyOnlyWhatIsNews() {
    TableHarness t = open();
    t.apply(MergeRule.KERNEL_SYNC, 2, TableHarness.batchOf(Conn.tcp().timeoutS(900)));
    t.takeChanges();
    ConnBatch copy = TableHarness.batchOf(Conn.tcp().timeoutS(800));
    copy.setCopy(0, true);
    t.apply(MergeRule.KERNEL_SYNC, 2, copy);
    assertEquals(800_000, t.mustFind(Conn.tcp()).expiresMs(0), "as in the kernel");
    assertEquals(List.of(), t.takeChanges());
    copy.setState(0, 4);
    t.apply(MergeRule.KERNEL_SYNC, 2, copy);
    assertEquals(1, t.takeChanges().size());
    t.apply(MergeRule.KERNEL_SYNC, 2, TableHarness.batchOf(Conn.tcp().state(4).timeoutS(800)));
    assertEquals(1, t.takeChanges().size(), "a change counts even when it looks the same");
  }

  @Test
  default void shouldStorePersistenceDataOfEveryLength() {
    TableHarness t = open();
    for (int length = 1; length <= ConnBatch.PE_DATA_MAX; length++) {
      String data = "c".repeat(length - 1) + "d";
      Conn call = Conn.sip("").pe("engine".substring(0, 1 + length % 6), data);
      Conn call6 = Conn.template6().pe("sip", data).seq(length, 2, 3, 4, 5, 6);
      t.sync(call, call6);
      assertEquals(data, ConnText.peData(t.mustFind(call), 0));
      assertEquals("engine".substring(0, 1 + length % 6), ConnText.peName(t.mustFind(call), 0));
      ConnBatch entry = t.mustFind(call6);
      assertEquals(data, ConnText.peData(entry, 0));
      assertEquals(length, entry.seq(0, 0));
      assertEquals("2001:db8:2::1", ConnText.address(entry, 0, ConnText.Address.VADDR));
      t.pass(400_000);
      t.expire();
    }
    assertEquals(0, t.table().size());
  }

  @Test
  default void shouldUpdateOnlyWhatTheKernelUpdates() {
    TableHarness t = open();
    t.sync(Conn.tcp().flags(ConnFlags.TUNNEL).fwmark(5).timeoutS(100).state(1));
    t.sync(
        Conn.tcp()
            .flags(ConnFlags.DROUTE | ConnFlags.NOOUTPUT | ConnFlags.INACTIVE | ConnFlags.IN_SEQ)
            .fwmark(6)
            .timeoutS(50)
            .state(4));
    ConnBatch entry = t.mustFind(Conn.tcp());
    int kept = ConnFlags.TUNNEL | ConnFlags.SYNC;
    assertEquals(kept | ConnFlags.INACTIVE | ConnFlags.IN_SEQ, entry.flags(0));
    assertEquals(5, entry.fwmark(0), "the firewall mark stays");
    assertEquals(4, entry.state(0));
    assertEquals(50, entry.timeoutS(0));
    assertEquals(50_000, entry.expiresMs(0));
  }

  @Test
  default void shouldOverwriteSequenceDataOnlyIfTheRecordHasSome() {
    for (Conn conn : List.of(Conn.tcp(), Conn.tcp6())) {
      TableHarness t = open();
      t.sync(conn);
      assertFalse(t.mustFind(conn).hasSeq(0));
      t.sync(conn.seq(1, 2, 3, 4, 5, 6));
      assertEquals(6, t.mustFind(conn).seq(0, 5));
      t.sync(conn.seq(7, 8, 9, 10, 11, 12));
      assertEquals(7, t.mustFind(conn).seq(0, 0));
      t.sync(conn.seq());
      assertEquals(12, t.mustFind(conn).seq(0, 5));
    }
  }

  @Test
  default void shouldReplaceAConnectionThatMovedToAnotherServer() {
    TableHarness t = open();
    t.sync(Conn.tcp().flags(ConnFlags.TUNNEL).fwmark(1).seq(1, 1, 1, 1, 1, 1));
    t.takeChanges();
    t.sync(elsewhere().flags(ConnFlags.DROUTE));
    ConnBatch entry = t.mustFind(Conn.tcp());
    assertEquals(ELSEWHERE_PORT, entry.dport(0));
    assertEquals(ConnFlags.DROUTE | ConnFlags.SYNC, entry.flags(0));
    assertEquals(0, entry.fwmark(0));
    assertFalse(entry.hasSeq(0), "nothing of the old entry is left");
    assertEquals(1, t.count(LinkCounter.REPLACED));
    assertEquals(1, t.count(LinkCounter.INSERTED));
    assertEquals(List.of(new Change(entry.handle(0), 3, true)), t.takeChanges());
    assertEquals(1, t.living());
    assertTrue(entry.isMoved(0));
    t.sync(elsewhere());
    assertTrue(t.mustFind(Conn.tcp()).isMoved(0), "an update does not make it forget");
  }

  @Test
  default void shouldTakeAnotherPortOrAnyByteForAnotherServer() {
    TableHarness t = open();
    t.sync(Conn.tcp(), Conn.tcp().by("10.1.0.1", 8081));
    assertEquals(1, t.count(LinkCounter.REPLACED));
    t.sync(Conn.tcp6(), Conn.tcp6().by("2001:db8:1::2", 8080));
    assertEquals(2, t.count(LinkCounter.REPLACED));
    t.sync(Conn.tcp6().by("2001:db8:1:1::2", 8080));
    assertEquals(3, t.count(LinkCounter.REPLACED));
  }

  @Test
  default void shouldIgnoreTheLateWordOfAReplacedConnection() {
    TableHarness t = open();
    t.sync(Conn.tcp().timeoutS(100));
    t.takeChanges();
    t.pass(1000);
    t.sync(elsewhere().inactive().state(4));
    assertEquals(1, t.count(LinkCounter.INACTIVE_ELSEWHERE));
    assertEquals(8080, t.mustFind(Conn.tcp()).dport(0));
    assertEquals(99_000, t.mustFind(Conn.tcp()).expiresMs(0), "its timer is not restarted");
    assertEquals(List.of(), t.takeChanges());
  }

  @Test
  default void shouldNeverChangeATemplatesServer() {
    TableHarness t = open();
    t.sync(Conn.template().state(0));
    t.pass(1000);
    t.sync(Conn.template().by("10.1.0.2", ELSEWHERE_PORT).state(1));
    ConnBatch entry = t.mustFind(Conn.template());
    assertEquals(8080, entry.dport(0));
    assertEquals("10.1.0.1", ConnText.address(entry, 0, ConnText.Address.DADDR));
    assertEquals(1, entry.state(0));
    assertEquals(360_000, entry.expiresMs(0));
    assertEquals(1, t.count(LinkCounter.UPDATED));
  }

  @Test
  default void shouldLetTheLastOfSeveralRecordsInABatchCount() {
    TableHarness t = open();
    t.sync(Conn.tcp().state(1), Conn.tcp().state(4), Conn.tcp().state(5));
    assertEquals(5, t.mustFind(Conn.tcp()).state(0));
    assertEquals(1, t.living());
    assertEquals(3, t.takeChanges().size());
  }

  @Test
  default void shouldPassOverSkippedRecords() {
    TableHarness t = open();
    ConnBatch batch = TableHarness.batchOf(Conn.tcp(), Conn.tcp().from("10.0.0.2", 1), Conn.tcp6());
    batch.skip(1);
    t.apply(MergeRule.KERNEL_SYNC, 1, batch);
    assertEquals(2, t.living());
    assertEquals(2, t.count(LinkCounter.INSERTED));
    assertEquals(0, t.count(LinkCounter.ONE_PACKET));
  }

  @Test
  default void shouldStoreNoOnePacketConnection() {
    TableHarness t = open();
    ConnBatch v0 = TableHarness.batchOf(Conn.tcp().flags(ConnFlags.ONE_PACKET));
    v0.setVersion(0);
    t.apply(MergeRule.KERNEL_SYNC, 1, v0);
    assertEquals(0, t.living());
    assertEquals(1, t.count(LinkCounter.ONE_PACKET));
    t.apply(MergeRule.AUTHORITATIVE, Conn.tcp().flags(ConnFlags.ONE_PACKET));
    assertEquals(0, t.living());
    assertEquals(List.of(), t.takeChanges());
    // In version 1 the flag is not among those that a receiver keeps.
    t.sync(Conn.tcp().flags(ConnFlags.ONE_PACKET));
    assertEquals(1, t.living());
  }

  @Test
  default void shouldOnlyRemoveWhatAOnePacketRecordReplaces() {
    TableHarness t = open();
    t.sync(Conn.tcp());
    t.takeChanges();
    ConnBatch v0 = TableHarness.batchOf(elsewhere().flags(ConnFlags.ONE_PACKET));
    v0.setVersion(0);
    t.apply(MergeRule.KERNEL_SYNC, 1, v0);
    assertEquals(0, t.table().size());
    assertEquals(0, t.count(LinkCounter.REPLACED));
    assertEquals(1, t.count(LinkCounter.ONE_PACKET));
    assertEquals(List.of(), t.takeChanges());
  }

  @Test
  default void shouldBelieveTheOwnLoadBalancer() {
    TableHarness t = open();
    t.sync(Conn.tcp().flags(ConnFlags.TUNNEL).fwmark(5));
    int flags = ConnFlags.DROUTE | ConnFlags.INACTIVE | ConnFlags.NFCT;
    t.apply(MergeRule.AUTHORITATIVE, Conn.tcp().flags(flags | ConnFlags.HASHED).fwmark(6).state(4));
    ConnBatch entry = t.mustFind(Conn.tcp());
    assertEquals(flags, entry.flags(0));
    assertEquals(6, entry.fwmark(0));
    t.apply(MergeRule.AUTHORITATIVE, elsewhere().inactive());
    assertEquals(ELSEWHERE_PORT, t.mustFind(Conn.tcp()).dport(0), "even when inactive");
    t.apply(MergeRule.AUTHORITATIVE, Conn.template());
    t.apply(MergeRule.AUTHORITATIVE, Conn.template().by("10.1.0.2", ELSEWHERE_PORT));
    assertEquals(ELSEWHERE_PORT, t.mustFind(Conn.template()).dport(0), "even a template");
    assertEquals(2, t.count(LinkCounter.REPLACED));
    assertEquals(1, t.table().templates());
  }

  @Test
  default void shouldCountTemplatesWhoseFlagsTheLoadBalancerChanges() {
    TableHarness t = open();
    t.apply(MergeRule.AUTHORITATIVE, Conn.tcp().flags(ConnFlags.TEMPLATE));
    assertEquals(1, t.table().templates());
    t.apply(MergeRule.AUTHORITATIVE, Conn.tcp());
    assertEquals(0, t.table().templates());
    assertEquals(1, t.table().size());
  }

  @Test
  default void shouldFillGapsWithCopiesAndNothingElse() {
    TableHarness t = open();
    Conn missing = Conn.tcp().from("10.0.0.9", 9);
    t.sync(Conn.tcp().timeoutS(100).state(1));
    t.takeChanges();
    t.apply(MergeRule.INSERT_IF_ABSENT, elsewhere().state(5).timeoutS(9), missing.timeoutS(8));
    assertEquals(1, t.count(LinkCounter.KEPT));
    assertEquals(8080, t.mustFind(Conn.tcp()).dport(0));
    assertEquals(100_000, t.mustFind(Conn.tcp()).expiresMs(0));
    assertEquals(1, t.mustFind(Conn.tcp()).state(0));
    assertEquals(8_000, t.mustFind(missing).expiresMs(0));
    assertEquals(List.of(new Change(t.handleOf(missing), 3, false)), t.takeChanges());
    t.apply(MergeRule.INSERT_IF_ABSENT, missing.timeoutS(99));
    assertEquals(2, t.count(LinkCounter.KEPT), "a copy does not renew a copy");
    assertEquals(8_000, t.mustFind(missing).expiresMs(0));
  }

  @Test
  default void shouldLetAnythingLiveWinOverACopy() {
    TableHarness t = open();
    t.apply(MergeRule.INSERT_IF_ABSENT, Conn.tcp(), Conn.template());
    t.sync(elsewhere().inactive(), Conn.template().by("10.1.0.2", ELSEWHERE_PORT));
    assertEquals(2, t.count(LinkCounter.REPLACED));
    assertEquals(ELSEWHERE_PORT, t.mustFind(Conn.tcp()).dport(0));
    assertEquals(ELSEWHERE_PORT, t.mustFind(Conn.template()).dport(0));
  }

  @Test
  default void shouldTakeACopyForLiveOnceItIsConfirmed() {
    TableHarness t = open();
    t.apply(MergeRule.INSERT_IF_ABSENT, Conn.tcp());
    t.sync(Conn.tcp());
    t.sync(elsewhere().inactive());
    assertEquals(1, t.count(LinkCounter.INACTIVE_ELSEWHERE));
    assertEquals(8080, t.mustFind(Conn.tcp()).dport(0));
  }

  @Test
  default void shouldRememberWhereTheLatestUpdateCameFrom() {
    TableHarness t = open();
    t.apply(MergeRule.KERNEL_SYNC, 255, TableHarness.batchOf(Conn.tcp()));
    assertEquals(255, t.mustFind(Conn.tcp()).horizon(0));
    t.apply(MergeRule.KERNEL_SYNC, 2, TableHarness.batchOf(elsewhere().inactive()));
    assertEquals(255, t.mustFind(Conn.tcp()).horizon(0), "what changed nothing is no update");
    t.apply(MergeRule.AUTHORITATIVE, 0, TableHarness.batchOf(Conn.tcp()));
    assertEquals(0, t.mustFind(Conn.tcp()).horizon(0));
    t.apply(MergeRule.KERNEL_SYNC, 7, TableHarness.batchOf(elsewhere()));
    assertEquals(7, t.mustFind(Conn.tcp()).horizon(0));
    int handle = t.handleOf(Conn.tcp());
    List<Change> changes = t.takeChanges();
    assertEquals(List.of(255, 0, 7), changes.stream().map(Change::horizon).toList());
    assertEquals(new Change(handle, 7, true), changes.getLast());
  }

  @Test
  default void shouldRefuseNewEntriesWhenFullAndUpdateOthers() {
    TableHarness t = open(3);
    for (int i = 1; i <= 5; i++) {
      t.sync(Conn.tcp().from("10.0.0." + i, i));
    }
    assertEquals(2, t.count(LinkCounter.TABLE_FULL));
    assertEquals(3, t.count(LinkCounter.INSERTED));
    assertEquals(3, t.table().size());
    assertEquals(3, t.takeChanges().size());
    t.sync(Conn.tcp().from("10.0.0.1", 1).state(4));
    assertEquals(1, t.count(LinkCounter.UPDATED));
    t.sync(Conn.tcp().from("10.0.0.2", 2).by("10.1.0.2", 1));
    assertEquals(1, t.count(LinkCounter.REPLACED), "the old entry makes room");
    assertEquals(3, t.living());
  }

  @Test
  default void shouldTakeAsManyIpv6ConnectionsAsItPromises() {
    TableHarness t = open(500);
    for (int i = 1; i <= 501; i++) {
      t.sync(Conn.tcp6().from("2001:db8::1", i).seq(1, 2, 3, 4, 5, 6));
    }
    assertEquals(500, t.living());
    assertEquals(1, t.count(LinkCounter.TABLE_FULL));
  }

  @Test
  default void shouldFindRoomWhereSomethingIsPastItsTime() {
    TableHarness t = open(2);
    t.sync(Conn.tcp().from("10.0.0.1", 1).timeoutS(10), Conn.tcp().from("10.0.0.2", 2));
    t.pass(9_999);
    t.sync(Conn.tcp().from("10.0.0.3", 3));
    assertEquals(1, t.count(LinkCounter.TABLE_FULL));
    t.pass(1);
    t.sync(Conn.tcp().from("10.0.0.3", 3));
    assertEquals(1, t.count(LinkCounter.TABLE_FULL), "nobody had to sweep it first");
    assertTrue(t.has(Conn.tcp().from("10.0.0.3", 3)));
  }
}
