package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ToldFailuresTest {
  private long nanos;
  private final ToldFailures told = new ToldFailures(() -> nanos);

  @Test
  void shouldForgetAfterAMoment() {
    assertFalse(told.isRepeated("bundle a:1 (7) : x", "Fault: y"));
    nanos += ToldFailures.REMEMBERED_NANOS;
    assertTrue(told.isRepeated("bundle a:1 (7)[z] : x", "OtherFault: y (at Somewhere.else:3)"));
    nanos++;
    assertFalse(told.isRepeated("bundle a:1 (7) : x", "Fault: y"), "it happened again");
  }

  @Test
  void shouldTellOtherReasonsAndOtherBundles() {
    assertFalse(told.isRepeated("bundle a:1 (7) : x", "Fault: y"));
    assertFalse(told.isRepeated("bundle a:1 (7) : x", "Fault: other"));
    assertFalse(told.isRepeated("bundle b:1 (8) : x", "Fault: y"));
    assertFalse(told.isRepeated("no bundle", "Fault: y"));
    assertTrue(told.isRepeated("no bundle", "Fault: y"));
  }

  @Test
  void shouldTakeAReasonThatOnlyLooksAsIfItNamedAPlace() {
    assertFalse(told.isRepeated("bundle a:1 (7) : x", "cannot start (at once): y"));
    assertTrue(told.isRepeated("bundle a:1 (7) : x", "cannot start (at once): y"));
  }
}
