package org.ipvssync.command.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeStatusTest {
  private static final String STATUS =
      "{\"instance\":\"demo\",\"pid\":7,\"links\":[{\"name\":\"demo\",\"role\":\"backup\","
          + "\"state\":\"up\",\"detail\":\"\",\"datagrams\":12,\"records\":345,\"bytes\":6789,"
          + "\"swaps\":{\"count\":3,\"longestMicros\":900,"
          + "\"last\":{\"part\":\"codec\",\"pauseMicros\":700,\"waited\":8}},"
          + "\"drops\":{\"tooLong\":2},\"delayMicros\":{\"count\":1,\"p50\":2}}],"
          + "\"table\":{\"provider\":\"memory\",\"connections\":99,\"capacity\":1000}}";

  @Test
  void shouldReadLinksAndTable() throws IOException {
    NodeStatus status = NodeStatus.parse(STATUS);
    assertEquals(99, status.connections());
    NodeStatus.Link link = status.link("backup").orElseThrow();
    assertTrue(link.isUp());
    assertEquals(345, link.records());
    assertEquals(Map.of("tooLong", 2), link.drops());
    assertEquals(new NodeStatus.Swaps(3, 700, 8), link.swaps());
    assertEquals(3, status.swapsCounted());
    assertTrue(status.link("master").isEmpty());
  }

  @Test
  void shouldBearWhatIsMissing() throws IOException {
    NodeStatus status = NodeStatus.parse("{\"links\":[{\"role\":\"master\"}]}");
    assertEquals(0, status.connections());
    assertFalse(status.link("master").orElseThrow().isUp());
  }

  @Test
  void shouldRefuseWhatIsNoObject() {
    assertThrows(IOException.class, () -> NodeStatus.parse("node is not there"));
  }
}
