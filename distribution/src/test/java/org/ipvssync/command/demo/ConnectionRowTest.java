package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnText;
import org.junit.jupiter.api.Test;

class ConnectionRowTest {
  private static final String ROW =
      "{\"af\":\"inet\",\"protocol\":6,\"proto\":\"TCP\",\"caddr\":\"10.0.0.1\",\"cport\":32768,"
          + "\"vaddr\":\"198.51.100.10\",\"vport\":80,\"daddr\":\"192.168.1.10\",\"dport\":8080,"
          + "\"flags\":\"0x120\",\"state\":5,\"state_name\":\"TIME_WAIT\",\"fwmark\":0,"
          + "\"timeout\":120,\"expires\":118,\"origin\":\"SYNC\"}";

  private final ConnectionRow reader = new ConnectionRow();
  private final ConnBatch batch = new ConnBatch(1);

  @Test
  void shouldReadARow() throws IOException {
    reader.read(ROW, batch);
    assertEquals(
        "TCP 01:58  TIME_WAIT   10.0.0.1:32768     198.51.100.10:80   192.168.1.10:8080",
        ConnText.ipvsadmLine(batch, 0));
    assertEquals(0x120, batch.flags(0));
    assertEquals(118_000, batch.expiresMs(0));
  }

  @Test
  void shouldGiveTheKeyAndServerOfTheRecordThatWasPrinted() throws IOException {
    ConnBatch made = new ConnBatch(1);
    made.setProtocol(made.add(), 132);
    made.setPorts(0, 1, 2, 3);
    made.setState(0, 8);
    made.setFlags(0, 0x1120);
    Records.addresses(made, "fd00::1:2", "2001:db8::10", "fd10::a:b");
    reader.read(printed(made), batch);
    assertEquals(ModelKey.of(made, 0), ModelKey.of(batch, 0));
    assertEquals(Destination.of(made, 0), Destination.of(batch, 0));
    assertEquals(8, batch.state(0));
    assertEquals(
        "SCTP template fd00:0:0:0:0:0:1:2 1 to 2001:db8:0:0:0:0:0:10 2",
        ModelKey.of(batch, 0).toString());
  }

  @Test
  void shouldRefuseWhatIsNoRow() {
    for (String line :
        new String[] {
          "{}",
          "no json",
          ROW.replace("10.0.0.1", "lb1"),
          ROW.replace("10.0.0.1", "fd00::1"),
          ROW.replace("0x120", "many")
        }) {
      assertThrows(IOException.class, () -> reader.read(line, new ConnBatch(1)), line);
    }
  }

  private static String printed(ConnBatch batch) throws IOException {
    Map<String, Object> row = new LinkedHashMap<>();
    ConnText.describe(
        batch,
        0,
        new ConnText.FieldSink() {
          @Override
          public void number(String name, long value) {
            row.put(name, value);
          }

          @Override
          public void text(String name, String value) {
            row.put(name, value);
          }
        });
    return JSON.std.asString(row);
  }
}
