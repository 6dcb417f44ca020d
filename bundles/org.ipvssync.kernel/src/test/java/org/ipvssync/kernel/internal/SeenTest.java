package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.ipvssync.api.node.ReadyCondition;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.junit.jupiter.api.Test;

/** What others bring may fail at any time: its bundle is going. */
class SeenTest {
  @Test
  void shouldTakeALinkThatFailsForNone() {
    LinksSeen links = new LinksSeen();
    links.add(
        () -> {
          throw new IllegalStateException("its bundle is going");
        },
        Map.of(SyncLink.AUTOMATIC_PROPERTY, true));

    assertNull(links.own(SyncRole.MASTER));
    assertFalse(links.areOwnUp());
  }

  @Test
  void shouldTakeAConditionThatFailsForNotMet() {
    ConditionsSeen conditions = new ConditionsSeen();
    assertTrue(conditions.isContentComplete());
    ReadyCondition failing =
        new Condition(
            ReadyCondition.Stage.CONTENT,
            () -> {
              throw new IllegalStateException("its bundle is going");
            });
    conditions.add(failing);
    assertFalse(conditions.isContentComplete());
    conditions.remove(failing);
    conditions.add(new Condition(ReadyCondition.Stage.DELIVERY, () -> "this very bundle's"));
    assertTrue(conditions.isContentComplete());
    conditions.add(new Condition(ReadyCondition.Stage.CONTENT, () -> "a table"));
    assertFalse(conditions.isContentComplete());
  }

  private record Condition(Stage stage, java.util.function.Supplier<String> line)
      implements ReadyCondition {
    @Override
    public String missing() {
      return line.get();
    }
  }
}
