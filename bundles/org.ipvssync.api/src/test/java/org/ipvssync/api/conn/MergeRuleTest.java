package org.ipvssync.api.conn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.api.conn.MergeRule.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeRuleTest {
  @ParameterizedTest
  @CsvSource({
    // rule, stored entry is a copy, same destination, flags of the record, verdict
    "KERNEL_SYNC,      false, true,  0x0000, UPDATE",
    "KERNEL_SYNC,      false, true,  0x0100, UPDATE",
    "KERNEL_SYNC,      true,  true,  0x0100, UPDATE",
    "KERNEL_SYNC,      false, false, 0x0000, REPLACE",
    "KERNEL_SYNC,      false, false, 0x0100, KEEP",
    "KERNEL_SYNC,      true,  false, 0x0100, REPLACE",
    "KERNEL_SYNC,      false, false, 0x1000, UPDATE",
    "KERNEL_SYNC,      false, false, 0x1100, UPDATE",
    "KERNEL_SYNC,      true,  false, 0x1100, REPLACE",
    "AUTHORITATIVE,    false, true,  0x0100, UPDATE",
    "AUTHORITATIVE,    false, false, 0x0000, REPLACE",
    "AUTHORITATIVE,    false, false, 0x0100, REPLACE",
    "AUTHORITATIVE,    false, false, 0x1100, REPLACE",
    "INSERT_IF_ABSENT, false, true,  0x0000, KEEP",
    "INSERT_IF_ABSENT, false, false, 0x0000, KEEP",
    "INSERT_IF_ABSENT, true,  true,  0x0000, KEEP",
    "INSERT_IF_ABSENT, true,  false, 0x1000, KEEP",
  })
  void shouldDecideWhatBecomesOfTheEntry(
      MergeRule rule, boolean copy, boolean sameDestination, String flags, Verdict verdict) {
    assertEquals(verdict, rule.onMatch(0, copy, sameDestination, Integer.decode(flags)));
  }

  @Test
  void shouldKeepOfNewFlagsWhatTheKernelKeeps() {
    // edge cases flags-ffffffff (v1) and the receiver of v0: all 16 bits but HASHED
    assertEquals(0x1fa7, MergeRule.KERNEL_SYNC.insertedFlags(1, 0xffffffff));
    assertEquals(0xffbf, MergeRule.KERNEL_SYNC.insertedFlags(0, 0xffff));
    assertEquals(0x0020, MergeRule.KERNEL_SYNC.insertedFlags(1, 0));
    assertEquals(0x0020, MergeRule.KERNEL_SYNC.insertedFlags(0, 0));
  }

  @Test
  void shouldTakeTheOwnWordAsItIs() {
    for (MergeRule rule : new MergeRule[] {MergeRule.AUTHORITATIVE, MergeRule.INSERT_IF_ABSENT}) {
      assertEquals(0xffffffbf, rule.insertedFlags(1, 0xffffffff));
      assertEquals(0x00010103, rule.insertedFlags(1, 0x00010143));
    }
  }

  @Test
  void shouldChangeOnlyActivityAndSequenceFlagsByAPeersUpdate() {
    assertEquals(0x1020, MergeRule.KERNEL_SYNC.updatedFlags(0x1720, 0));
    assertEquals(0x0723, MergeRule.KERNEL_SYNC.updatedFlags(0x0023, 0xffffffff));
    assertEquals(0x0223, MergeRule.KERNEL_SYNC.updatedFlags(0x0523, 0x0200));
    assertEquals(0x0100, MergeRule.AUTHORITATIVE.updatedFlags(0x0723, 0x0140));
  }

  @Test
  void shouldTakeForCopiesOnlyWhatFillsGaps() {
    assertTrue(MergeRule.INSERT_IF_ABSENT.makesCopies());
    assertFalse(MergeRule.KERNEL_SYNC.makesCopies());
    assertFalse(MergeRule.AUTHORITATIVE.makesCopies());
  }
}
