package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.ipvssync.api.control.ControlFrame;
import org.ipvssync.api.control.ControlFrame.Type;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlClientTest {
  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

  @TempDir private Path temp;
  private Path socket;

  @BeforeEach
  void name() {
    socket = temp.resolve("s");
  }

  @Test
  void shouldTellOutputErrorsAndStatusApart() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (StubNode node =
            StubNode.listen(
                socket,
                _ ->
                    List.of(
                        StubNode.out("ä"),
                        StubNode.err("e1"),
                        StubNode.out("o2"),
                        StubNode.err("e2"),
                        StubNode.exit(7)));
        ControlClient client = ControlClient.connect(socket)) {
      assertEquals(7, client.run("do ü", out, err));
      assertEquals(List.of("do ü"), node.lines());
    }
    assertEquals("äo2", out.toString(StandardCharsets.UTF_8));
    assertEquals("e1e2", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void shouldRunManyLinesInOneSession() throws IOException {
    try (StubNode node =
            StubNode.listen(socket, line -> List.of(StubNode.exit(Integer.parseInt(line))));
        ControlClient client = ControlClient.connect(socket)) {
      for (int i = 0; i < 100; i++) {
        assertEquals(i, client.run(Integer.toString(i), NOWHERE, NOWHERE));
      }
      assertEquals(100, node.lines().size());
    }
  }

  @Test
  void shouldCopyMuchOutput() throws IOException {
    byte[] big = new byte[ControlFrame.MAX_BYTES];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StubNode node =
            StubNode.listen(
                socket,
                _ ->
                    List.of(
                        new ControlFrame(Type.OUT, big),
                        new ControlFrame(Type.OUT, big),
                        StubNode.exit(0)));
        ControlClient client = ControlClient.connect(socket)) {
      assertEquals(0, client.run("much", out, NOWHERE));
      assertEquals(1, node.lines().size());
    }
    assertEquals(2 * ControlFrame.MAX_BYTES, out.size());
  }

  @Test
  void shouldSayThatNobodyListens() throws IOException {
    assertThrows(NoSuchFileException.class, () -> ControlClient.connect(socket));
    StubNode.listen(socket, StubNode.silent()).close();
    assertThrows(NoSuchFileException.class, () -> ControlClient.connect(socket));
    Files.createFile(socket);
    assertThrows(IOException.class, () -> ControlClient.connect(socket));
  }

  @Test
  void shouldSayThatTheNodeEnded() throws IOException {
    try (StubNode node = StubNode.listen(socket, _ -> List.of());
        ControlClient client = ControlClient.connect(socket)) {
      assertThrows(EOFException.class, () -> client.run("x", NOWHERE, NOWHERE));
      assertThrows(EOFException.class, () -> client.run("y", NOWHERE, NOWHERE), "still");
      assertEquals(List.of("x"), node.lines());
    }
  }

  @Test
  void shouldRefuseWhatIsNoAnswer() throws IOException {
    try (StubNode node =
            StubNode.listen(
                socket,
                line ->
                    List.of(
                        line.equals("text")
                            ? ControlFrame.text(Type.EXIT, "soon")
                            : ControlFrame.text(Type.COMMAND, "you do it")));
        ControlClient first = ControlClient.connect(socket);
        ControlClient second = ControlClient.connect(socket)) {
      assertThrows(IOException.class, () -> first.run("text", NOWHERE, NOWHERE));
      assertThrows(IOException.class, () -> second.run("command", NOWHERE, NOWHERE));
      assertEquals(2, node.lines().size());
    }
  }

  @Test
  void shouldRefuseALineThatIsTooLong() throws IOException {
    try (StubNode node = StubNode.listen(socket, StubNode.silent());
        ControlClient client = ControlClient.connect(socket)) {
      String tooLong = "x".repeat(ControlFrame.MAX_BYTES + 1);
      assertThrows(IOException.class, () -> client.run(tooLong, NOWHERE, NOWHERE));
      assertTrue(node.lines().isEmpty());
      assertEquals(0, client.run("x", NOWHERE, NOWHERE), "the session is still good");
    }
  }

  @Test
  void shouldTellAReaderThatHasLeftFromEverythingElse() throws IOException {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (StubNode node =
            StubNode.listen(socket, _ -> List.of(StubNode.out("x"), StubNode.exit(0)));
        ControlClient client = ControlClient.connect(socket)) {
      assertThrows(ClosedOutputException.class, () -> client.run("x", gone, NOWHERE));
      assertEquals(1, node.lines().size());
    }
  }
}
