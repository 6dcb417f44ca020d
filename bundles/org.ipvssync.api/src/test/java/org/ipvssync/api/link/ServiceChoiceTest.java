package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.wire.SyncCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServiceChoiceTest {
  private final ServiceChoice<Service> choice = new ServiceChoice<>(Service::name, "v1");

  private record Service(String name, AtomicBoolean gone) {
    Service(String name) {
      this(name, new AtomicBoolean());
    }
  }

  @Test
  void shouldHaveNothingToUseBeforeAServiceComes() {
    assertNull(choice.acquire());
    assertFalse(choice.isPresent());
    assertEquals(0, choice.changes());
    assertEquals("v1", choice.name());
    // Nothing was acquired, so nothing is held: another thread gets through.
    assertTrue(finishes(() -> choice.add(new Service("v1"), 0, "1.0.0", 1)));
    assertTrue(choice.isPresent());
  }

  @Test
  void shouldChooseByName() {
    Service v0 = new Service("v0");
    Service v1 = new Service("v1");
    choice.add(v0, 100, "9.0.0", 9);
    assertNull(choice.acquire());
    choice.add(v1, 0, "1.0.0", 1);
    assertChosen(v1);
    choice.choose("v0");
    assertChosen(v0);
    assertEquals("v0", choice.name());
    choice.choose("v7");
    assertNull(choice.acquire());
  }

  @Test
  void shouldIgnoreWhatCannotSayItsName() {
    Service good = new Service("v1");
    assertTrue(choice.add(good, 0, "1.0.0", 1));
    assertFalse(choice.add(new Service(null), 9, "9.0.0", 2));
    assertFalse(choice.add(new Service(" "), 9, "9.0.0", 3));
    ServiceChoice<Service> throwing =
        new ServiceChoice<>(
            service -> {
              throw new NoClassDefFoundError("half of a bundle");
            },
            "v1");
    assertFalse(throwing.add(good, 0, "1.0.0", 4));
    assertFalse(throwing.isPresent());
    choice.choose("");
    assertFalse(choice.isPresent());
    choice.choose("v1");
    assertChosen(good);
  }

  @Test
  void shouldNeverChooseACodecThatThrowsWhenItIsAskedWhatItIs() {
    ServiceChoice<SyncCodec> codecs = ServiceChoice.ofCodecs("v1");
    TinyCodec good = new TinyCodec("v1", 1);
    assertTrue(codecs.add(good, 0, "1.0.0", 1));
    TinyCodec bad = new TinyCodec("v1", 1);
    bad.versionFault = new IllegalStateException("no codec");
    assertFalse(codecs.add(bad, 0, "2.0.0", 2));
    assertSame(good, codecs.acquire());
    codecs.release();
    assertEquals("v1 1.0.0", codecs.label());
  }

  @Test
  void shouldPreferRankingThenVersionThenTheNewest() {
    Service first = new Service("v1");
    Service newer = new Service("v1");
    Service higherVersion = new Service("v1");
    Service higherRanking = new Service("v1");
    choice.add(first, 0, "1.2.0", 1);
    choice.add(newer, 0, "1.2.0", 5);
    assertChosen(newer);
    choice.add(higherVersion, 0, "1.10.0", 2);
    assertChosen(higherVersion);
    choice.add(higherRanking, 1, "0.1.0", 0);
    assertChosen(higherRanking);

    choice.remove(higherRanking);
    assertChosen(higherVersion);
    choice.remove(higherVersion);
    assertChosen(newer);
    choice.remove(newer);
    assertChosen(first);
    choice.remove(first);
    assertNull(choice.acquire());
  }

  @Test
  void shouldReadAnyVersionOfABundle() {
    List<String> ascending =
        List.of(
            "",
            "0.0.0.SNAPSHOT",
            "0.0.1",
            "0.9",
            "1",
            "1.0.1",
            "1.0.1.v2024-01-01",
            "1.0.1.v2025-01-01",
            "1.1.0",
            "10.0");
    List<Service> services = ascending.stream().map(version -> new Service("v1")).toList();
    for (int i = 0; i < ascending.size(); i++) {
      // The lower the version, the newer the service: that must not count.
      choice.add(services.get(i), 0, ascending.get(i), -i);
    }
    for (Service highest : services.reversed()) {
      assertChosen(highest);
      choice.remove(highest);
    }
  }

  @Test
  void shouldCountChangesOfWhatIsChosenOnly() {
    Service chosen = new Service("v1");
    Service other = new Service("v1");
    choice.add(chosen, 1, "1.0.0", 1);
    assertEquals(1, choice.changes());
    choice.add(other, 0, "1.0.0", 2);
    choice.add(new Service("v0"), 5, "1.0.0", 3);
    choice.remove(other);
    choice.choose("v1");
    assertEquals(1, choice.changes());
    choice.remove(chosen);
    assertEquals(2, choice.changes());
    choice.remove(chosen);
    assertEquals(2, choice.changes());
  }

  @Test
  void shouldLetACallInFlightEndBeforeItsServiceGoes() throws InterruptedException {
    Service service = new Service("v1");
    choice.add(service, 0, "1.0.0", 1);
    assertSame(service, choice.acquire());
    Thread leaver =
        new Thread(
            () -> {
              choice.remove(service);
              service.gone.set(true);
            });
    leaver.start();
    awaitBlocked(leaver);
    assertFalse(service.gone.get());
    choice.release();
    leaver.join();
    assertTrue(service.gone.get());
    assertNull(choice.acquire());
  }

  @Test
  void shouldNotSwapTheServiceUnderACall() throws InterruptedException {
    Service service = new Service("v1");
    Service better = new Service("v1");
    choice.add(service, 0, "1.0.0", 1);
    choice.acquire();
    Thread comer = new Thread(() -> choice.add(better, 1, "1.0.0", 2));
    comer.start();
    awaitBlocked(comer);
    choice.release();
    comer.join();
    assertChosen(better);
  }

  @Test
  void shouldNeverReachAServiceThatHasGone() throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    List<String> wrong = new ArrayList<>();
    Thread caller =
        new Thread(
            () -> {
              while (!stop.get()) {
                Service service = choice.acquire();
                if (service != null) {
                  if (service.gone.get()) {
                    wrong.add("call " + calls.get());
                  }
                  calls.incrementAndGet();
                  choice.release();
                }
              }
            });
    caller.start();
    Service before = new Service("v1");
    choice.add(before, 0, "1.0.0", 0);
    for (int swap = 1; swap <= 2000 || calls.get() < 2000; swap++) {
      Service next = new Service("v1");
      // In either order: the new one first, the old one first.
      if (swap % 2 == 0) {
        choice.add(next, 0, "1.0.0", swap);
        choice.remove(before);
        before.gone.set(true);
      } else {
        choice.remove(before);
        before.gone.set(true);
        choice.add(next, 0, "1.0.0", swap);
      }
      before = next;
    }
    stop.set(true);
    caller.join();
    assertEquals(List.of(), wrong);
  }

  private void assertChosen(Service expected) {
    assertSame(expected, choice.acquire());
    choice.release();
  }

  private static boolean finishes(Runnable action) {
    Thread thread = new Thread(action);
    thread.start();
    try {
      thread.join(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private static void awaitBlocked(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      if (!thread.isAlive()) {
        fail("did not wait");
      }
      Thread.onSpinWait();
    }
  }
}
