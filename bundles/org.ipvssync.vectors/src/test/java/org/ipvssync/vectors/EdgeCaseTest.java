package org.ipvssync.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeCaseTest {
  @Test
  void shouldReadAllCasesAndDatagrams() {
    List<EdgeCase> cases = EdgeCase.all();
    assertEquals(35, cases.size());
    assertEquals(38, cases.stream().mapToInt(c -> c.steps().size()).sum());
  }

  @Test
  void shouldReadWhatTheKernelSaid() {
    EdgeCase.Step step = only("opt-seq-twice");
    assertEquals("BACKUP, conn options found twice", step.kernelLog().get(1));
    assertEquals(1, step.rows().size());

    ConnRow row = only("pe-ok").rows().getFirst();
    assertEquals("sip", row.peName());
    assertEquals("edge-1@client.example.net", row.peData());
    assertEquals(InetAddress.ofLiteral("192.168.50.101"), row.caddr());
    assertEquals(599, row.expiresS());
  }

  @Test
  void shouldReadWhatWasSentOn() {
    EdgeCase.Reemitted sent = only("opt-seq").reemitted().getFirst();
    assertEquals(0, sent.version());
    assertEquals(0x620, sent.flags());
    assertEquals(List.of(0x11223344, 5, -5, 0x55667788, -16, 1), sent.seq());
    assertEquals(1, only("v1-ok-bound").reemitted().getFirst().version());
    assertEquals(900, only("v1-ok-bound").reemitted().getFirst().timeoutS());
    assertEquals(44, only("v1-ok-bound").reemittedPayloads().getFirst().length);
  }

  private static EdgeCase.Step only(String name) {
    EdgeCase found =
        EdgeCase.all().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    assertEquals(1, found.steps().size());
    return found.steps().getFirst();
  }
}
