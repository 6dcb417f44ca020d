package org.ipvssync.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.ipvssync.command.child.NodeStatus;
import org.junit.jupiter.api.Test;

class BalanceTest {
  @Test
  void shouldAddUpWhatWasReceivedAndWhatWasDropped() throws IOException {
    NodeStatus.Link before = link(100, "\"socketOverflow\":10");
    NodeStatus.Link after = link(150, "\"socketOverflow\":40,\"tooShort\":3,\"unknownProtocol\":9");
    assertEquals(new Balance(83, 50, 30, 3), Balance.of(before, after, 83));
    assertEquals(0, Balance.of(before, after, 83).uncounted());
    assertEquals(2, Balance.of(before, after, 85).uncounted());
  }

  private static NodeStatus.Link link(long datagrams, String drops) throws IOException {
    String json =
        "{\"links\":[{\"name\":\"in\",\"role\":\"backup\",\"state\":\"up\",\"datagrams\":"
            + datagrams
            + ",\"drops\":{"
            + drops
            + "}}]}";
    return NodeStatus.parse(json).link("backup").orElseThrow();
  }
}
