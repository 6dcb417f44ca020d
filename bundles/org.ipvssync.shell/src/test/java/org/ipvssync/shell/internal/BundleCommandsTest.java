package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

class BundleCommandsTest {
  private static final String MISSING = "Require-Bundle: no.such.bundle";

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private TestFramework framework;
  private BundleContext context;
  private BundleCommands commands;
  private Bundle codec;

  @BeforeEach
  void start() throws Exception {
    framework = new TestFramework(folder);
    context = framework.context();
    commands = new BundleCommands(context, time.patience(), folder.resolve("copies"));
    codec = framework.run(framework.jar("codec.jar", "a.codec", "1.0.0", "Test-Offers: v1"));
  }

  @AfterEach
  void stop() throws Exception {
    framework.close();
  }

  @Test
  void shouldStopAndStartByNumberAndName() {
    commands.stop(false, "a.codec");
    assertEquals(Bundle.RESOLVED, codec.getState());
    commands.start(false, Long.toString(codec.getBundleId()));
    assertEquals(Bundle.ACTIVE, codec.getState());
    commands.uninstall("a.codec");
    assertEquals(Bundle.UNINSTALLED, codec.getState());
  }

  @Test
  void shouldSayThatThereIsNoSuchBundleOrSeveral() throws Exception {
    String none = ": no bundle has the name or number 'nosuch'; 'lb' lists them";
    assertFails("start" + none, () -> commands.start(false, "nosuch"));
    assertFails("stop" + none, () -> commands.stop(false, "nosuch"));
    assertFails("update" + none, () -> commands.update("nosuch", "file:/x"));
    assertFails("uninstall" + none, () -> commands.uninstall("nosuch"));
    assertFails("refresh" + none, () -> commands.refresh("nosuch"));
    Bundle newer = framework.run(framework.jar("newer.jar", "a.codec", "1.0.1"));
    assertFails(
        "stop: several bundles are named a.codec, say the number: "
            + codec.getBundleId()
            + " (1.0.0), "
            + newer.getBundleId()
            + " (1.0.1)",
        () -> commands.stop(false, "a.codec"));
  }

  @Test
  void shouldAskForABundle() {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> commands.start(false));
    assertEquals("start: BUNDLE is missing; 'lb' lists them", failure.getMessage());
    assertEquals(CommandFailure.USAGE, failure.exit());
    assertThrows(CommandFailure.class, () -> commands.update("a", "b", "c"));
  }

  @Test
  void shouldNotStopTheFrameworkByTheWay() {
    assertFails(
        "stop: bundle 0 is the framework; 'shutdown' ends the node",
        () -> commands.stop(false, "0"));
  }

  @Test
  void shouldSayWhyABundleDoesNotStart() throws Exception {
    Path jar = framework.jar("lacks.jar", "lacks", "1", MISSING);
    context.installBundle(jar.toUri().toString());
    assertFails(
        "start: lacks: Unable to resolve lacks: missing requirement osgi.wiring.bundle;"
            + " (osgi.wiring.bundle=no.such.bundle)",
        () -> commands.start(false, "lacks"));
  }

  @Test
  void shouldUpdate() throws Exception {
    Path jar = framework.jar("new.jar", "a.codec", "1.0.1", "Test-Offers: v1");
    assertEquals("a.codec 1.0.0 -> 1.0.1", commands.update("a.codec", jar.toUri().toString()));
    assertOffers("v1");
    commands.update(
        "a.codec", framework.jar("path.jar", "a.codec", "1.0.2", "Test-Offers: v1").toString());
    assertEquals("1.0.2", codec.getVersion().toString());
    commands.stop(false, "a.codec");
    commands.update("a.codec", jar.toString());
    assertEquals(Bundle.INSTALLED, codec.getState(), "what was stopped stays so");
  }

  @Test
  void shouldRefuseWhatIsNoBundleWhileTheOldOneRuns() throws Exception {
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    Path plain = framework.write("plain.jar", "Manifest-Version: 1.0\n");
    Path other = framework.jar("other.jar", "other", "1.0.0");
    Path odd = framework.jar("odd.jar", "a.codec", "1.x");
    Path none = folder.resolve("none.jar");
    Path half = folder.resolve("half.jar");
    byte[] whole = Files.readAllBytes(other);
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(none, "cannot be read: no such file");
    assertRefused(folder, "is a folder, no jar");
    assertRefused(text, "is no jar, or only a part of one: zip END header not found");
    assertRefused(half, "is no jar, or only a part of one: zip END header not found");
    assertRefused(plain, "is no bundle: its manifest has no Bundle-SymbolicName");
    assertRefused(odd, "invalid version \"1.x\": non-numeric \"x\"");
    assertRefused(other, "is the bundle other, not a.codec");
    assertFails(
        "update: new.jar: is no URL such as file:/tmp/new.jar, nor a whole path",
        () -> commands.update("a.codec", "new.jar"));
    assertEquals(Bundle.ACTIVE, codec.getState());
    assertOffers("v1");
    assertEquals(List.of(), copies());
  }

  @Test
  void shouldTakeBackWhatDoesNotResolve() throws Exception {
    Path jar = framework.jar("lacks.jar", "a.codec", "1.0.1", MISSING);
    assertFails(
        "update: "
            + jar
            + ": Unable to resolve a.codec: missing requirement osgi.wiring.bundle;"
            + " (osgi.wiring.bundle=no.such.bundle); the bundle is as it was",
        () -> commands.update("a.codec", jar.toString()));
    assertEquals("1.0.0", codec.getVersion().toString());
    assertOffers("v1");
    assertEquals(List.of(), copies());
  }

  @Test
  void shouldTakeBackWhatIsNoCodec() throws Exception {
    Path jar = framework.jar("empty.jar", "a.codec", "1.0.1");
    assertFails(
        "update: " + jar + ": does not offer codec v1; the bundle is as it was",
        () -> commands.update("a.codec", jar.toString()));
    assertEquals("1.0.0", codec.getVersion().toString());
    assertOffers("v1");
  }

  @Test
  void shouldInstallWhatIsABundleAndNew() throws Exception {
    Path next = framework.jar("next.jar", "a.codec", "2.0.0", "Test-Offers: v1");
    assertEquals("Bundle ID: 2", commands.install(next.toString()));
    assertEquals(2, context.getBundle(2).getVersion().getMajor());
    Path same = framework.jar("same.jar", "a.codec", "1.0.0");
    long number = codec.getBundleId();
    assertFails(
        "install: "
            + same
            + ": is a.codec 1.0.0, installed already as "
            + number
            + "; 'update "
            + number
            + " URL' exchanges it",
        () -> commands.install(same.toString()));
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    assertFails(
        "install: " + text + ": is no jar, or only a part of one: zip END header not found",
        () -> commands.install(text.toString()));
    assertEquals(3, context.getBundles().length);
  }

  /** A command, as Gogo calls it. */
  private interface Call {
    void run() throws Exception;
  }

  private void assertRefused(Path jar, String why) {
    assertFails("update: " + jar + ": " + why, () -> commands.update("a.codec", jar.toString()));
  }

  private static void assertFails(String line, Call call) {
    CommandFailure failure = assertThrows(CommandFailure.class, call::run);
    assertEquals(line, failure.getMessage());
    assertEquals(CommandFailure.FAILED, failure.exit());
  }

  private void assertOffers(String name) throws Exception {
    assertEquals(
        1,
        context.getAllServiceReferences(
                "org.ipvssync.api.wire.SyncCodec", "(ipvssync.codec=" + name + ")")
            .length);
  }

  private List<Path> copies() throws IOException {
    try (var all = Files.list(Files.createDirectories(folder.resolve("copies")))) {
      return all.toList();
    }
  }
}
