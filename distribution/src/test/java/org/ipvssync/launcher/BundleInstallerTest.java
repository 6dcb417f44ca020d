package org.ipvssync.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.slf4j.LoggerFactory;

/** In a framework with made-up bundles. */
class BundleInstallerTest {
  @TempDir private Path temp;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ch.qos.logback.classic.Logger launcher =
      (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.ipvssync.launcher");
  private final ch.qos.logback.classic.Logger felix =
      (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.apache.felix");
  private Felix framework;

  @BeforeEach
  void start() throws Exception {
    log.start();
    launcher.addAppender(log);
    felix.addAppender(log);
    felix.setLevel(Level.INFO);
    NodeOptions options =
        new NodeOptions(
            new Home(temp), new InstanceDir("a", temp.resolve("a")), temp, temp, false, false);
    framework = new Felix(FrameworkSettings.of(options, FrameworkSettings.DEPLOYED_START_LEVEL));
    framework.init();
  }

  @AfterEach
  void stop() throws Exception {
    launcher.detachAppender(log);
    felix.detachAppender(log);
    framework.stop();
    framework.waitForStop(10_000);
  }

  @Test
  void shouldTellTheBundlesWhatTheNodeMayTouch() {
    assertEquals("off", framework.getBundleContext().getProperty("ipvssync.kernel"));
    assertEquals(
        temp.resolve("a").toString(), framework.getBundleContext().getProperty("ipvssync.run.dir"));
  }

  @Test
  void shouldStartBundlesAtTheLevelOfTheirFolder() throws Exception {
    jar("bundles/01/first.jar", "test.first", "");
    jar("bundles/03/third.jar", "test.third", "");

    List<Bundle> bundles = installAll();

    assertEquals(List.of("test.first", "test.third"), names(bundles));
    assertEquals(1, bundles.get(0).adapt(BundleStartLevel.class).getStartLevel());
    assertEquals(3, bundles.get(1).adapt(BundleStartLevel.class).getStartLevel());
    bundles.forEach(bundle -> assertEquals(Bundle.ACTIVE, bundle.getState()));
    assertEquals(List.of(), lines());
  }

  @Test
  void shouldLendTheLogToBundles() throws Exception {
    jar("bundles/01/logs.jar", "test.logs", "org.slf4j;version=\"[2.0,3)\"");
    jar("bundles/01/old.jar", "test.old", "org.osgi.service.log;version=\"[1.3,2)\"");

    installAll().forEach(bundle -> assertEquals(Bundle.ACTIVE, bundle.getState()));

    assertEquals(List.of(), lines());
  }

  @Test
  void shouldSayInOneLineWhyABundleDoesNotResolve() throws Exception {
    jar("bundles/01/broken.jar", "test.broken", "no.such.package;version=\"[7,8)\"");

    installAll();

    assertEquals(
        List.of(
            "bundle test.broken: Unable to resolve test.broken: missing requirement"
                + " osgi.wiring.package; (&(osgi.wiring.package=no.such.package)"
                + "(version>=7.0.0)(!(version>=8.0.0)))"),
        lines());
  }

  @Test
  void shouldPassOverAJarThatIsNoBundleAndSayWhich() throws Exception {
    Files.createDirectories(temp.resolve("bundles/01"));
    Path none = Files.writeString(temp.resolve("bundles/01/none.jar"), "not a jar");
    jar("bundles/02/good.jar", "test.good", "");

    assertEquals(List.of("test.good"), names(installAll()));

    assertEquals(1, lines().size(), () -> lines().toString());
    assertTrue(lines().getFirst().contains(none.toString()), () -> lines().toString());
  }

  @Test
  void shouldRefuseAFolderThatIsNoStartLevel() {
    assertEquals(3, BundleInstaller.startLevel(Path.of("bundles/03")));
    assertThrows(LaunchException.class, () -> BundleInstaller.startLevel(Path.of("bundles/3rd")));
  }

  private List<Bundle> installAll() throws Exception {
    List<Bundle> bundles =
        BundleInstaller.install(framework.getBundleContext(), new Home(temp).bundleFolders());
    framework.start();
    return bundles;
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static List<String> names(List<Bundle> bundles) {
    return bundles.stream().map(Bundle::getSymbolicName).toList();
  }

  private void jar(String name, String symbolicName, String imports) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", symbolicName);
    if (!imports.isEmpty()) {
      main.putValue("Import-Package", imports);
    }
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
  }
}
