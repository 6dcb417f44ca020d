package org.ipvssync.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void shouldDoublePausesUpToTheLongest() {
    Backoff backoff = new Backoff(100, 500);
    assertEquals(100, backoff.nextMs());
    assertEquals(200, backoff.nextMs());
    assertEquals(400, backoff.nextMs());
    assertEquals(500, backoff.nextMs());
    assertEquals(500, backoff.nextMs());
  }

  @Test
  void shouldBeginAnewAfterASuccess() {
    Backoff backoff = new Backoff(100, 500);
    backoff.nextMs();
    backoff.nextMs();
    backoff.reset();
    assertEquals(100, backoff.nextMs());
    assertEquals(200, backoff.nextMs());
  }

  @Test
  void shouldRefuseSenselessPauses() {
    assertThrows(IllegalArgumentException.class, () -> new Backoff(0, 10));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(10, 9));
    assertEquals(7, new Backoff(7, 7).nextMs());
  }
}
