package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import org.ipvssync.shell.internal.TestClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The control socket over real Unix sockets, with a shell that the test writes. */
@Timeout(20)
class ControlServerTest {
  private static final ShellLimits LIMITS = ShellLimits.defaults();

  private final FakeShell shell = new FakeShell();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final List<TestClient> clients = new ArrayList<>();
  private Path runDir;
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    // Not JUnit's folder: a socket's path must be short.
    runDir = Files.createTempDirectory("ipvs");
    server = ControlServer.start(runDir, shell, LIMITS, threadFactory());
  }

  @AfterEach
  void stop() throws IOException {
    for (TestClient client : clients) {
      client.close();
    }
    server.close();
    assertFalse(Files.exists(server.path()), "the socket is gone");
    for (Thread thread : threads) {
      assertFalse(thread.isAlive(), "thread lives on: " + thread);
    }
    assertEquals(0, shell.openSessions(), "sessions are closed");
    Files.deleteIfExists(server.path());
    Files.delete(runDir);
  }

  private ThreadFactory threadFactory() {
    ThreadFactory virtual = Thread.ofVirtual().name("control-", 0).factory();
    return task -> {
      Thread thread = virtual.newThread(task);
      threads.add(thread);
      return thread;
    };
  }

  private TestClient connect() throws IOException {
    TestClient client = new TestClient(server.path());
    clients.add(client);
    return client;
  }

  @Test
  void shouldBeReachableByItsOwnerAlone() throws IOException {
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())));
    assertEquals(runDir.resolve("control.sock"), server.path());
  }

  @Test
  void shouldAnswerWithOutputErrorAndStatus() throws IOException {
    TestClient client = connect();
    assertEquals(new Reply("hello\n", "", 0), client.run("say hello"));
    assertEquals(new Reply("", "no such thing\n", 1), client.run("fail no such thing"));
    assertEquals(new Reply("", "use it well\n", 2), client.run("usage use it well"));
    assertEquals(new Reply("zwölf € 𝄞\n", "", 0), client.run("say zwölf € 𝄞"));
  }

  @Test
  void shouldKeepASessionForEachClient() throws IOException {
    TestClient one = connect();
    TestClient two = connect();
    assertEquals("1\n", one.run("count").out());
    assertEquals("2\n", one.run("count").out());
    assertEquals("1\n", two.run("count").out());
    assertEquals(2, shell.openSessions());
  }

  @Test
  void shouldRunCommandsThatWereSentAhead() throws IOException {
    TestClient client = connect();
    for (int i = 0; i < 10; i++) {
      client.send("count");
    }
    for (int i = 1; i <= 10; i++) {
      assertEquals(i + "\n", client.reply().out());
    }
  }

  @Test
  void shouldCarryLongOutputWhole() throws IOException {
    Reply reply = connect().run("long 3000000");
    assertEquals(3_000_000, reply.out().length());
    assertTrue(reply.out().startsWith("0123456789"));
    assertTrue(reply.out().endsWith("0123456789"));
  }

  @Test
  void shouldTellTheShellWhenTheClientHasItsReply() throws IOException, InterruptedException {
    connect().run("say hello");
    shell.replied.await();
  }

  @Test
  void shouldEndTheCommandOfAClientThatGoesAway() throws IOException, InterruptedException {
    TestClient client = connect();
    client.send("hang");
    shell.hanging.await();
    client.close();
    shell.interrupted.await();
    shell.awaitSessions(0);
    assertEquals("still there\n", connect().run("say still there").out());
  }

  @Test
  void shouldEndTheOutputOfAClientThatGoesAway() throws IOException, InterruptedException {
    TestClient client = connect();
    client.send("flood");
    shell.flooding.await();
    client.close();
    shell.flooded.await();
    shell.awaitSessions(0);
  }

  @Test
  void shouldRefuseMoreThanItsSessionsWithALine() throws IOException, InterruptedException {
    List<TestClient> served = new ArrayList<>();
    for (int i = 0; i < LIMITS.sessions(); i++) {
      TestClient client = connect();
      assertEquals("1\n", client.run("count").out());
      served.add(client);
    }
    TestClient refused = connect();
    Reply no =
        new Reply("", "all 16 control sessions of the node are in use; end one, try again\n", 1);
    assertEquals(no, refused.run("count"));
    assertEquals(no, refused.run("count"), "as often as it asks");
    refused.close();

    served.getFirst().close();
    shell.awaitSessions(LIMITS.sessions() - 1);
    awaitServed();
    assertEquals("2\n", served.getLast().run("count").out());
  }

  /** The session ends before its connection is forgotten: the next client may come in between. */
  private void awaitServed() throws IOException {
    Reply reply;
    do {
      TestClient next = connect();
      reply = next.run("count");
      if (reply.exit() != 0) {
        next.close();
      }
    } while (reply.exit() != 0);
    assertEquals("1\n", reply.out());
  }

  @Test
  void shouldCloseClientsBeyondThoseItRefuses() throws IOException {
    for (int i = 0; i < 2 * LIMITS.sessions(); i++) {
      connect().run("say x");
    }
    TestClient beyond = connect();
    assertThrows(IOException.class, () -> beyond.run("say x"));
  }

  @Test
  void shouldAnswerGarbageWithALineAndClose() throws IOException {
    TestClient client = connect();
    client.bytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Reply reply = client.reply();
    assertEquals("control socket: not a control frame: first byte is 71\n", reply.err());
    assertEquals(2, reply.exit());
    client.awaitEnd();
  }

  @Test
  void shouldRefuseFramesThatAreTooLong() throws IOException {
    TestClient client = connect();
    client.bytes(new byte[] {'C', 0x7f, -1, -1, -1});
    assertEquals(
        "control socket: control frame of 2147483647 bytes, allowed are 1048576\n",
        client.reply().err());
    client.awaitEnd();
  }

  @Test
  void shouldRefuseFramesThatAreNoCommands() throws IOException {
    TestClient client = connect();
    client.bytes(new byte[] {'X', 0, 0, 0, 1, '0'});
    assertEquals(
        "control socket: a client sends commands, not frames of type EXIT\n", client.reply().err());
    client.awaitEnd();
  }

  @Test
  void shouldRefuseAHeapOfCommands() throws IOException, InterruptedException {
    TestClient client = connect();
    client.send("hang");
    shell.hanging.await();
    for (int i = 0; i < 17; i++) {
      client.send("count");
    }
    assertEquals("control socket: more than 16 commands wait\n", client.reply().err());
    client.awaitEnd();
  }

  @Test
  void shouldSurviveAFrameCutShort() throws IOException, InterruptedException {
    for (int cut = 0; cut < 9; cut++) {
      TestClient client = connect();
      client.bytes(Arrays.copyOf(new byte[] {'C', 0, 0, 0, 4, 's', 'a', 'y', ' '}, cut));
      client.close();
    }
    shell.awaitSessions(0);
    assertEquals("well\n", connect().run("say well").out());
  }

  @Test
  void shouldSayThatTheShellTakesNoSessions() throws IOException {
    shell.refusal = "CommandProcessor has been stopped";
    Reply reply = connect().reply();
    assertEquals(
        "the node takes no commands now: CommandProcessor has been stopped\n", reply.err());
  }

  @Test
  void shouldEndSessionsWhenItCloses() throws IOException, InterruptedException {
    TestClient idle = connect();
    idle.run("say x");
    TestClient busy = connect();
    busy.send("hang");
    shell.hanging.await();
    server.close();
    shell.interrupted.await();
    idle.awaitEnd();
    busy.awaitEnd();
  }

  @Test
  void shouldCloseTwice() {
    server.close();
    server.close();
  }

  @Test
  void shouldReplaceNothing() throws IOException {
    server.close();
    Files.writeString(server.path(), "precious");
    assertStartFails(
        runDir, "cannot bind the control socket " + server.path() + ": Address already in use");
    assertEquals("precious", Files.readString(server.path()));
  }

  @Test
  void shouldNotServeInAFolderThatIsOpenToOthers() throws IOException {
    server.close();
    Files.setPosixFilePermissions(runDir, PosixFilePermissions.fromString("rwxr-x---"));
    assertStartFails(
        runDir,
        "the run directory "
            + runDir
            + " is open to others, so there is no control socket; run 'chmod 700 "
            + runDir
            + "'");
  }

  @Test
  void shouldSayThatItsPathIsTooLong() throws IOException {
    Path longest = runDir.resolve("x".repeat(93 - runDir.toString().length() - 1));
    Path tooLong = runDir.resolve("x".repeat(94 - runDir.toString().length() - 1));
    Files.createDirectory(
        longest,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (ControlServer fits = ControlServer.start(longest, shell, LIMITS, threadFactory())) {
      assertEquals(ControlServer.MAX_PATH_BYTES, fits.path().toString().length());
    }
    Files.delete(longest);
    assertStartFails(
        tooLong,
        "the control socket's path has 107 bytes, a socket's path may have 106; use a shorter run"
            + " directory than "
            + tooLong);
  }

  @Test
  void shouldSayThatItsFolderIsMissing() {
    Path missing = runDir.resolve("missing");
    assertStartFails(
        missing, "the run directory " + missing + " is not there; create it, mode 0700");
  }

  private void assertStartFails(Path folder, String line) {
    IOException failure =
        assertThrows(
            IOException.class,
            () -> ControlServer.start(folder, shell, LIMITS, threadFactory()).close());
    assertEquals(line, failure.getMessage());
  }
}
