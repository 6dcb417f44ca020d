package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/keepalived/notify-fifo.sh, with a program in ipvs-syncd's place that notes its word. */
@Timeout(60)
class NotifyFifoTest {
  private static final Path SCRIPT = Path.of("docs/keepalived/notify-fifo.sh");
  private static final String COMMAND = "/opt/ipvs-syncd/bin/ipvs-syncd";
  private static final List<String> STATES = List.of("MASTER", "BACKUP", "FAULT", "STOP");

  @TempDir private Path temp;

  @Test
  void shouldTurnTheNodeWithTheGroup() throws Exception {
    assertEquals(List.of("promote", "demote", "demote", "demote"), wordsAfter("GROUP \"LB\""));
  }

  @Test
  void shouldLeaveTheNodeAloneWhenOthersChange() throws Exception {
    assertEquals(List.of(), wordsAfter("GROUP \"OTHER\""));
    assertEquals(List.of(), wordsAfter("INSTANCE \"LB\""));
  }

  @Test
  void shouldTakeItsLastLineAfterTheSignalThatComesBeforeIt() throws Exception {
    Process script = start("/dev/stdin");
    // It has read a line, so it has come past its first ones.
    tell(script, "GROUP \"LB\" MASTER 150\n");
    while (!words().equals(List.of("promote"))) {
      Pause.forMs(5);
    }
    script.toHandle().destroy(); // leaves its standard input open
    tell(script, "GROUP \"LB\" STOP 0\n");
    script.getOutputStream().close();
    assertEquals(0, script.waitFor());
    assertEquals(List.of("promote", "demote"), words());
  }

  private List<String> wordsAfter(String whose) throws Exception {
    Path fifo = temp.resolve("fifo");
    Stream<String> lines = STATES.stream().map(state -> whose + " " + state + " 150");
    Files.write(fifo, (Iterable<String>) lines::iterator);
    Process script = start(fifo.toString());
    assertEquals(0, script.waitFor());
    return words();
  }

  private Process start(String fifo) throws IOException {
    Path stub = temp.resolve("ipvs-syncd");
    Files.writeString(stub, "#!/bin/sh\necho \"$*\" >>'" + temp.resolve("words") + "'\n");
    Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path script = temp.resolve("notify-fifo.sh");
    Files.writeString(script, Files.readString(SCRIPT).replace(COMMAND, stub.toString()));
    return new ProcessBuilder("sh", script.toString(), fifo).redirectErrorStream(true).start();
  }

  private static void tell(Process script, String line) throws IOException {
    script.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
    script.getOutputStream().flush();
  }

  private List<String> words() throws IOException {
    Path words = temp.resolve("words");
    return Files.exists(words) ? Files.readAllLines(words) : List.of();
  }
}
