package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ServiceChoiceTest {
  private final ServiceChoice<String> choice = new ServiceChoice<>(s -> s.substring(0, 2), "v1");

  @Test
  void shouldChooseByNameRankingVersionThenNewest() {
    assertNull(choice.acquire());
    choice.add("v0", 9, "9.0.0", 9);
    assertNull(chosen());
    choice.add("v1 old", 0, "1.9.0", 1);
    assertEquals("v1 old", chosen());
    choice.add("v1 newer version", 0, "1.10.0", 2);
    assertEquals("v1 newer version", chosen());
    choice.add("v1 newer service", 0, "1.10.0.SNAPSHOT", 3);
    assertEquals("v1 newer service", chosen());
    choice.add("v1 ranked", Map.of("service.ranking", 1, "service.id", 0L), "0.0.1");
    assertEquals("v1 ranked", chosen());
    choice.remove("v1 ranked");
    assertEquals("v1 newer service", chosen());
    choice.choose("v0");
    assertEquals("v0", chosen());
    choice.choose("v2");
    assertFalse(choice.isPresent());
  }

  @Test
  void shouldCountChangesOfTheChosenOnly() {
    choice.add("v1 a", 1, "1.0.0", 1);
    long after = choice.changes();
    choice.add("v1 lower", 0, "1.0.0", 2);
    choice.add("v0", 0, "1.0.0", 3);
    choice.remove("v1 lower");
    assertEquals(after, choice.changes());
    choice.remove("v1 a");
    assertEquals(after + 1, choice.changes());
  }

  @Test
  @Timeout(30)
  void shouldLetACallInFlightEndBeforeItsServiceGoes() throws InterruptedException {
    choice.add("v1", 0, "1.0.0", 1);
    assertEquals("v1", choice.acquire());
    AtomicBoolean inUse = new AtomicBoolean(true);
    AtomicBoolean goneWhileInUse = new AtomicBoolean();
    CountDownLatch removing = new CountDownLatch(1);
    Thread framework =
        Thread.ofPlatform()
            .start(
                () -> {
                  removing.countDown();
                  choice.remove("v1");
                  goneWhileInUse.set(inUse.get());
                });
    removing.await();
    while (framework.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertTrue(framework.isAlive());
    inUse.set(false);
    choice.release();
    framework.join();
    assertFalse(goneWhileInUse.get());
    assertNull(choice.acquire());
  }

  private String chosen() {
    String service = choice.acquire();
    if (service != null) {
      choice.release();
    }
    return service;
  }
}
