package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class OfferedServicesTest {
  private static final String CODEC =
      "osgi.service;objectClass:List<String>=\"org.ipvssync.api.wire.SyncCodec\""
          + ";uses:=\"org.ipvssync.api.wire,a.b\"";

  @Test
  void shouldReadWhatAManifestSays() {
    assertEquals(Set.of(), OfferedServices.of(null));
    assertEquals(Set.of(), OfferedServices.of("osgi.extender;osgi.extender=\"a,objectClass=b\""));
    assertEquals(
        Set.of("a.A", "b.B", "c.C", "org.ipvssync.api.wire.SyncCodec"),
        OfferedServices.of(
            "x;y=z,osgi.service;uses:=\"a,b\";objectClass:List<String>=\"a.A, b.B\","
                + CODEC
                + " , osgi.service; objectClass=c.C;effective:=active"));
  }

  @Test
  void shouldTellWhatIsChosenFromWhatWouldWorkTwice() {
    assertTrue(OfferedServices.areChosen(CODEC));
    assertFalse(OfferedServices.areChosen(null));
    assertFalse(
        OfferedServices.areChosen(
            CODEC + ",osgi.service;objectClass=\"org.ipvssync.api.node.SyncLink\""));
  }
}
