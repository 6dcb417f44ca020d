package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeStopTest {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Runnable> started = new ArrayList<>();
  private final NodeStop stop = new NodeStop(started::add, stopped::countDown);

  @Test
  void shouldStopOnceWhenTheAskingSessionHasItsReply() throws InterruptedException {
    Object asking = new Object();
    stop.request(asking);
    stop.request(new Object());
    assertEquals(1, started.size());
    Thread waiting = Thread.ofVirtual().start(started.getFirst());
    stop.replied(new Object());
    assertFalse(stopped.await(50, TimeUnit.MILLISECONDS), "another session's reply does not count");
    stop.replied(asking);
    assertTrue(stopped.await(10, TimeUnit.SECONDS));
    waiting.join();
  }

  @Test
  void shouldStopForAShellThatNeverSaysThatItReplied() throws InterruptedException {
    stop.request(null);
    Thread waiting = Thread.ofVirtual().start(started.getFirst());
    stop.replied(null);
    assertTrue(stopped.await(10, TimeUnit.SECONDS));
    waiting.join();
  }

  @Test
  void shouldNotStopUnasked() {
    stop.replied(new Object());
    stop.replied(null);
    assertTrue(started.isEmpty());
  }
}
