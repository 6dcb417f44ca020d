package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProcConnsTest {
  private final ProcConns conns = new ProcConns();
  private final List<String> rows = new ArrayList<>();

  static List<Scenario> scenarios() {
    return Scenario.all();
  }

  private void read(InputStream in) throws IOException {
    rows.clear();
    conns.read(
        in,
        batch -> {
          for (int i = 0; i < batch.size(); i++) {
            rows.add(text(batch, i));
          }
        });
  }

  private static String text(ConnBatch batch, int i) {
    String pe = ConnText.peName(batch, i) + " " + ConnText.peData(batch, i);
    return (ConnText.procLine(batch, i) + " " + pe).strip();
  }

  private void read(String text) throws IOException {
    read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldReadWhatRealKernelsPrint(Scenario scenario) throws Exception {
    List<String> printed = scenario.backupLines();
    read(String.join("\n", printed) + "\n");

    assertEquals(printed.subList(1, printed.size()), rows);
    assertEquals(0, conns.badLines());
    assertEquals(printed.size() - 1, conns.rows());
  }

  @Test
  void shouldReadPersistenceData() throws Exception {
    Scenario sip = Scenario.of("sip");
    try (InputStream in = Scenario.class.getResourceAsStream("/vectors/sip/backup.conns")) {
      read(in);
    }

    List<ConnRow> expected = sip.backupPeRows();
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      String pe = expected.get(i).peName() + " " + expected.get(i).peData();
      assertEquals(pe, rows.get(i).substring(rows.get(i).indexOf("sip")));
    }
  }

  @Test
  void shouldCountALineThatItDoesNotUnderstandAndGoOn() throws Exception {
    read(
        FakeKernel.CONNS
            + "TCP C0A83265 AC5F C0A832C8 0050 AC100915 0050 ESTABLISHED     892\n"
            + "TCP C0A83265 AC5F C0A832C8\n"
            + "FOO C0A83265 AC5F C0A832C8 0050 AC100915 0050 ESTABLISHED     892\n"
            + "TCP C0A8326X AC5F C0A832C8 0050 AC100915 0050 ESTABLISHED     892\n"
            + "TCP C0A83265 AC5F C0A832C8 0050 AC100915 0050 DANCING         892\n"
            + "TCP C0A83265 AC5F C0A832C8 0050 AC100915 0050 ESTABLISHED     -9\n"
            + "x".repeat(200_000)
            + "\n"
            + "UDP C0A83265 AC5F C0A832C8 0035 AC100915 0035 UDP             12\n");

    assertEquals(2, rows.size(), rows.toString());
    assertEquals(2, conns.rows());
    assertEquals(6, conns.badLines());
  }

  @Test
  void shouldPassOverColumnsThatAreNew() throws Exception {
    read(
        "Pro FromIP FPrt ToIP TPrt DestIP DPrt Weight State Since Expires\n"
            + "TCP C0A83265 AC5F C0A832C8 0050 AC100915 0050 7 CLOSE 1:2 9\n");

    assertEquals(
        List.of("TCP C0A83265 AC5F C0A832C8 0050 AC100915 0050 CLOSE       LOCAL        9"), rows);
  }

  @Test
  void shouldRefuseAListOfAnotherForm() {
    assertThrows(IOException.class, () -> read("Client Server\n"));
  }

  @Test
  void shouldReadSlowStreams() throws Exception {
    String text = String.join("\n", Scenario.of("tcp6-dr-v1").backupLines()) + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    read(
        new InputStream() {
          private int at;

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] into, int from, int length) {
            int count = Math.min(Math.min(length, 7), bytes.length - at);
            System.arraycopy(bytes, at, into, from, count);
            at += count;
            return count == 0 ? -1 : count;
          }
        });

    assertEquals(text.lines().skip(1).toList(), rows);
  }

  @Test
  void shouldKnowTemplatesByTheirState() throws Exception {
    List<Integer> flags = new ArrayList<>();
    String row = "TCP C0A83265 0000 C0A832C8 0050 AC100915 0050 ASSURED         237\n";
    conns.read(
        new ByteArrayInputStream((FakeKernel.CONNS + row).getBytes(StandardCharsets.ISO_8859_1)),
        batch -> flags.add(batch.flags(0)));

    assertEquals(List.of(ConnFlags.TEMPLATE), flags);
  }
}
