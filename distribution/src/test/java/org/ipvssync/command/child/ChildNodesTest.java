package org.ipvssync.command.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ChildNodesTest {
  @TempDir private Path temp;

  @Test
  void shouldGiveEachNodeItsConfiguration() throws IOException {
    try (ChildNodes nodes = create("exec sleep 600")) {
      ChildNode node = nodes.start("one", Map.of("org.ipvssync.node", List.of("table=memory")));
      assertEquals(
          List.of("table=memory"),
          Files.readAllLines(nodes.conf("one").resolve("org.ipvssync.node.cfg")));
      assertTrue(node.isAlive());
      assertTrue(node.instance().startsWith("some-one-"), node.instance());
    }
  }

  @Test
  void shouldNameANodeThatEndedUnasked() throws Exception {
    try (ChildNodes nodes = create("echo it broke; exit 1")) {
      ChildNode node = nodes.start("one", Map.of());
      node.awaitEnd();
      assertEquals(Optional.of(node), nodes.endedUnasked());
      assertEquals("it broke", nodes.logTail());
    }
  }

  @Test
  void shouldNotBlameANodeThatWasKilledFromHere() throws Exception {
    try (ChildNodes nodes = create("exec sleep 600")) {
      ChildNode node = nodes.start("one", Map.of());
      node.kill();
      node.awaitEnd();
      assertEquals(Optional.empty(), nodes.endedUnasked());
    }
  }

  @Test
  void shouldLeaveTheDirectoryOnlyWhenAsked() throws IOException {
    ChildNodes gone = create("exec sleep 600");
    gone.close();
    assertFalse(Files.exists(gone.dir()));
    ChildNodes kept = ChildNodes.create(temp.resolve("ipvs-syncd"), temp, "some", true);
    kept.close();
    assertTrue(Files.exists(kept.dir()));
  }

  private ChildNodes create(String script) throws IOException {
    Path command = temp.resolve("ipvs-syncd");
    Files.writeString(command, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    return ChildNodes.create(command, temp, "some", false);
  }
}
