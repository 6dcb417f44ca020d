package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.ipvssync.itests.agent.Load;
import org.ipvssync.itests.agent.NodeAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** What cannot be used harms nothing: both nodes go on with what they had, under load. */
class BadInputIT {
  private static final int RATE = 5_000;
  private static final String MAPPED = "org.ipvssync.table.mapped";

  private static NodePair pair;
  private static Load load;
  private LogWatch log;

  @BeforeAll
  static void start() throws Exception {
    pair = NodePair.start();
    load = pair.master().load(1, RATE);
    load.pause();
  }

  @AfterAll
  static void stop() throws Exception {
    load.close();
    pair.close();
  }

  @BeforeEach
  void resume() throws Exception {
    log = new LogWatch();
    load.resume();
    awaitMore();
  }

  /** Data flowed all the time, and nothing is missing. */
  @AfterEach
  void shouldHaveGoneOn() throws Exception {
    awaitMore();
    load.pause();
    pair.awaitQuiet();
    pair.awaitMissing(0);
    pair.assertEqual(load);
    log.assertNoTrace();
    log.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {NodePair.MASTER, NodePair.BACKUP})
  void shouldIgnoreABundleThatIsNoCodec(String role) throws Exception {
    Bundle bundle = install(role, "");
    bundle.start();
    pair.awaitUp();
    bundle.uninstall();
  }

  @ParameterizedTest
  @ValueSource(strings = {NodePair.MASTER, NodePair.BACKUP})
  void shouldIgnoreAJarThatDoesNotResolve(String role) throws Exception {
    Bundle bundle = install(role, "no.such.package");
    assertThrows(BundleException.class, bundle::start);
    pair.awaitUp();
    bundle.uninstall();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.ipvssync.codec.v1",
        "org.ipvssync.table.memory",
        "org.ipvssync.transport.multicast"
      })
  void shouldKeepABundleWhoseUpdateIsNoJar(String name) {
    Bundle bundle = pair.bundles(NodePair.MASTER).one(name);
    byte[] noJar = "no jar".getBytes(StandardCharsets.UTF_8);
    PrintStream out = System.out;
    PrintStream err = System.err;
    // Felix prints what it also throws, the line to one of them and the trace to the other.
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    System.setOut(nowhere);
    System.setErr(nowhere);
    try {
      assertThrows(BundleException.class, () -> bundle.update(new ByteArrayInputStream(noJar)));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertEquals(Bundle.ACTIVE, bundle.getState());
  }

  @Test
  void shouldWaitForACodecOfUnknownName() throws Exception {
    pair.configureMaster(Map.of("codec", "nosuch"));
    String detail =
        Await.until(
                "the master waits",
                () -> pair.master().link(NodePair.MASTER, NodePair.LINK).orElseThrow(),
                link -> link.state().equals("waiting"))
            .detail();
    assertEquals(1, detail.lines().count(), detail);
    awaitMore();
    pair.configureMaster(Map.of());
    pair.awaitUp();
  }

  @ParameterizedTest
  @ValueSource(strings = {NodePair.MASTER, NodePair.BACKUP})
  void shouldKeepItsTableWhenTheNameIsUnknown(String role) throws Exception {
    keepsMemory(role, "nosuch");
  }

  @ParameterizedTest
  @ValueSource(strings = {NodePair.MASTER, NodePair.BACKUP})
  void shouldKeepItsTableWhenAFileCannotBeMade(String role) throws Exception {
    Map<String, Object> size = Map.of("maxConnections", 300_000);
    // Not even root can make one there.
    pair.of(role)
        .configure(
            MAPPED,
            "",
            Map.of("maxConnections", 300_000, "file", "/proc/nosuch/connections.table"));
    keepsMemory(role, "mapped");
    pair.of(role).configure(MAPPED, "", size);
    pair.useTable(role, "mapped");
    pair.useTable(role, "memory");
  }

  /** As an operator does who has made room meanwhile, and not enough. */
  @Test
  void shouldAskOnceEachTimeThatATableIsNamedByCommand() throws Exception {
    NodeAgent node = pair.master();
    Path folder = pair.felix(NodePair.MASTER).folder();
    node.configure(MAPPED, "", Map.of("maxConnections", 300_000, "file", "/proc/nosuch/table"));
    Path file = folder.resolve("conf").resolve(NodePair.NODE_PID + ".cfg");
    Files.writeString(file, "table = mapped\n");
    // The line comes last, and is not one of those that are counted below.
    Await.until("it says why", () -> log.lines("cannot be used"), lines -> !lines.isEmpty());
    log.clear();
    try (ControlClient client = new ControlClient(folder.resolve("run").resolve("control.sock"))) {
      for (int i = 0; i < 2; i++) {
        ControlClient.Answer answer = client.run("ipvs:table mapped");
        assertEquals(1, answer.exit(), answer::toString);
        assertEquals(1, answer.err().lines().count(), answer::toString);
        assertTrue(answer.err().contains("cannot be used"), answer::toString);
      }
    }
    assertEquals("table = mapped\n", Files.readString(file));
    Files.writeString(file, "table = memory\n");
    Await.until("all is well", () -> node.table().detail(), String::isEmpty);
    assertEquals(2, log.lines("cannot be used").size());
    node.configure(MAPPED, "", Map.of("maxConnections", 300_000));
  }

  private static void keepsMemory(String role, String name) throws Exception {
    pair.of(role).configure(NodePair.NODE_PID, "", Map.of("table", name));
    String detail =
        Await.until("it says why", pair.of(role)::table, table -> table.detail().contains(name))
            .detail();
    assertEquals(1, detail.lines().count(), detail);
    assertEquals("memory", pair.of(role).table().provider());
    awaitMore();
    pair.of(role).configure(NodePair.NODE_PID, "", Map.of("table", "memory"));
    Await.until("all is well", () -> pair.of(role).table().detail(), String::isEmpty);
  }

  private static Bundle install(String role, String imported) throws Exception {
    String name = "no.codec" + imported.length();
    return pair.felix(role)
        .context()
        .installBundle("test:" + name, new ByteArrayInputStream(jar(name, imported)));
  }

  private static byte[] jar(String name, String imported) throws IOException {
    Manifest manifest = new Manifest();
    Map<String, String> headers =
        Map.of(
            "Manifest-Version",
            "1.0",
            Constants.BUNDLE_MANIFESTVERSION,
            "2",
            Constants.BUNDLE_SYMBOLICNAME,
            name);
    headers.forEach(manifest.getMainAttributes()::putValue);
    if (!imported.isEmpty()) {
      manifest.getMainAttributes().putValue(Constants.IMPORT_PACKAGE, imported);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    return bytes.toByteArray();
  }

  private static void awaitMore() throws Exception {
    long enough = load.updates() + RATE / 4;
    Await.until("updates", load::updates, updates -> updates >= enough);
  }
}
