package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.ipvssync.api.node.OwnKernel.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a conductor reads the kernel's list, and what it makes of it. */
@Timeout(60)
class KernelDeliveryTest extends ConductorFixture {
  @Test
  void shouldNotReadForWhoeverAsksAllTheTime() throws Exception {
    links.add(network, Map.of());
    kernel.conns(ROW.formatted("ESTABLISHED 900"), "");
    node.afterFind = () -> clock.advanceMs(4000); // a reading takes so long
    run(3000);
    long readings = conductor.status().readings();

    for (int i = 0; i < 3; i++) {
      ask();
    }
    assertEquals(readings, conductor.status().readings());
    clock.advanceMs(4000);
    ask();

    assertEquals(readings + 1, conductor.status().readings());
  }

  @Test
  void shouldConfirmWhatAReadingHasMissedAndThenRest() {
    links.add(network, Map.of());
    run(8000);
    put();
    long readings = conductor.status().readings();
    dropped("4");

    run(10_000);

    assertEquals(readings + 2, conductor.status().readings());
    assertEquals(1, node.again.size());
    assertEquals(1, conductor.status().sentAgain());
  }

  @Test
  void shouldNotCallLostWhatWaitsInItsLink() {
    links.add(network, Map.of());
    run(8000);
    put();
    pending = 100_000;

    run(400_000);

    assertEquals(List.of(), node.again);
    pending = 0;
    run(100_000);
    assertFalse(node.again.isEmpty());
  }

  @Test
  void shouldReadOnceWhenNothingIsMissing() {
    links.add(network, Map.of());

    run(10_000);

    assertEquals(State.UP, conductor.status().state());
    assertEquals(1, conductor.status().readings());
  }

  @Test
  void shouldBeReadyWhileALongListIsStillRead() {
    kernel.conns(rows(1000), "");
    List<String> missing = new ArrayList<>();
    node.afterFind =
        () -> {
          missing.add(conductor.missing());
          clock.advanceMs(20_000);
        };
    links.add(network, Map.of());

    run(3000);

    assertEquals("the own kernel has not got the table yet", missing.get(1));
    assertEquals("", missing.getLast());
    assertEquals(1, log.count("warn the own kernel's table was not read back within 30 s"));
    assertEquals(1000, conductor.status().connections());
  }

  @Test
  void shouldNotTryForEverToReadBack() {
    put();
    kernel.conns(ROW.formatted("ESTABLISHED 900").replace("AC5F", "AC60"), "");
    node.afterFind = () -> clock.advanceMs(11_000);
    links.add(network, Map.of());

    run(40_000);

    assertEquals(State.UP, conductor.status().state());
    assertEquals(1, log.count("warn the own kernel's table was not read back within 30 s"));
  }

  @Test
  void shouldSeeInTheMiddleOfAReadingThatTheKernelMustBeLeft() {
    kernel.conns(rows(2000), "");
    int[] pieces = {0};
    node.afterFind =
        () -> {
          pieces[0]++;
          clock.advanceMs(2000);
          kernel.sysctl("backup_only", "1");
        };
    links.add(network, Map.of());

    run(4000);

    assertEquals(State.REFUSED, conductor.status().state());
    assertEquals(1, pieces[0]);
    assertEquals(1, log.count("backup_only=0"));
  }

  @Test
  void shouldGiveTheKernelBackInTheMiddleOfAReading() throws Exception {
    links.add(network, Map.of());
    run(3000);
    Path list = kernel.proc().net("ip_vs_conn");
    Files.delete(list);
    assertEquals(0, new ProcessBuilder("mkfifo", list.toString()).start().waitFor());
    Thread.ofPlatform().daemon().start(() -> writeEndlessly(list));
    CountDownLatch reading = new CountDownLatch(1);
    node.afterFind = reading::countDown;
    conductor.delivery().readSoon();
    try (ConductorThread thread = new ConductorThread(conductor)) {
      thread.start();
      reading.await();
    }

    assertEquals(List.of(), daemons());
    assertEquals(0, log.count("cannot be read"));
  }

  /** So many rows, each of another client port. */
  private static String rows(int count) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      rows.append(ROW.formatted("ESTABLISHED 900").replace("AC5F", "%04X".formatted(i)));
    }
    return rows.toString();
  }

  private static void writeEndlessly(Path list) {
    byte[] row = ROW.formatted("ESTABLISHED 900").getBytes(StandardCharsets.ISO_8859_1);
    try (OutputStream out = Files.newOutputStream(list)) {
      out.write(FakeKernel.CONNS.getBytes(StandardCharsets.ISO_8859_1));
      while (true) {
        out.write(row);
      }
    } catch (IOException e) {
      // Nobody reads any more.
      return;
    }
  }
}
