package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

class DeployFolderTest {
  private static final String CODEC = offering("org.ipvssync.api.wire.SyncCodec");

  @TempDir private Path folder;
  private TestFramework framework;
  private DeployFolder deploy;
  private Bundle shipped;

  @BeforeEach
  void start() throws Exception {
    framework = new TestFramework(folder);
    deploy =
        new DeployFolder(framework.context(), new TestTime().patience(), folder.resolve("copies"));
    shipped =
        framework.run(framework.jar("shipped.jar", "a.codec", "1.0.0", "Test-Offers: v1", CODEC));
  }

  @AfterEach
  void stop() throws Exception {
    framework.close();
  }

  @Test
  void shouldRunANewerOneBesideTheShippedOneUntilItIsRemoved() throws Exception {
    File file = framework.jar("new.jar", "a.codec", "1.0.1", "Test-Offers: v1", CODEC).toFile();
    assertTrue(deploy.canHandle(file));
    assertFalse(deploy.canHandle(new File("org.ipvssync.node.cfg")));
    deploy.install(file);
    assertEquals(Bundle.ACTIVE, at(file).getState());
    assertEquals(Bundle.ACTIVE, shipped.getState());
    deploy.uninstall(file);
    assertNull(at(file));
    assertEquals(Bundle.ACTIVE, shipped.getState());
  }

  @Test
  void shouldRefuseASecondOneOfWhatIsNotChosen() throws Exception {
    Bundle role =
        framework.run(
            framework.jar(
                "role.jar", "a.role", "1.0.0", offering("org.ipvssync.api.node.SyncLink")));
    File newer =
        framework
            .jar("new.jar", "a.role", "1.0.1", offering("org.ipvssync.api.node.SyncLink"))
            .toFile();
    deploy.install(newer);
    assertNull(at(newer), "a second role would do everything twice");
    assertEquals(Bundle.ACTIVE, role.getState());
    framework.jar("new.jar", "a.role", "1.0.1", CODEC);
    deploy.update(newer);
    assertNull(at(newer), "what runs is a role");
    File node = framework.jar("codec.jar", "a.codec", "1.0.1").toFile();
    deploy.install(node);
    assertNull(at(node), "the new one is no codec");
    deploy.uninstall(newer);
    assertEquals("1.0.0", role.getVersion().toString());
    assertEquals(Bundle.ACTIVE, role.getState());
    assertEquals(Bundle.ACTIVE, shipped.getState());
  }

  @Test
  void shouldNotSendAnOperatorInACircle() throws Exception {
    assertEquals(
        "to exchange it: ipvs-syncd shell update a.codec file:/new.jar",
        deploy.howToExchange(shipped, "file:/new.jar"));
    DeployFolder inShipped =
        new DeployFolder(
            shipped.getBundleContext(), new TestTime().patience(), folder.resolve("copies"));
    assertEquals(
        "it is exchanged with the distribution, at the next start of the node",
        inShipped.howToExchange(shipped, "file:/new.jar"));
    BundleCommands commands =
        new BundleCommands(
            shipped.getBundleContext(), new TestTime().patience(), folder.resolve("copies"));
    CommandFailure refused =
        assertThrows(CommandFailure.class, () -> commands.update("a.codec", "file:/new.jar"));
    assertEquals(
        "update: a.codec runs this command; another version of it comes with the distribution, at"
            + " the next start of the node",
        refused.getMessage());
  }

  @Test
  void shouldSayThatAnOlderOneIsNotUsed() throws Exception {
    File older = framework.jar("old.jar", "a.codec", "0.9.0", CODEC).toFile();
    deploy.install(older);
    assertEquals(Bundle.ACTIVE, at(older).getState());
    assertEquals("; a higher version, 1.0.0, stays in use", deploy.besideHigher(at(older)));
    assertEquals("", deploy.besideHigher(shipped));
  }

  @Test
  void shouldLeaveTheShippedOneAloneWhenItIsTheSameVersion() throws Exception {
    File file = framework.jar("same.jar", "a.codec", "1.0.0").toFile();
    deploy.install(file);
    assertNull(at(file));
    deploy.uninstall(file);
    assertEquals(Bundle.ACTIVE, shipped.getState());
    assertEquals("v1", shipped.getHeaders().get(TestFramework.OFFERS));
  }

  @Test
  void shouldTakeWhatWasOnlyHalfThereOnceItIsWhole() throws Exception {
    Path jar = framework.jar("new.jar", "a.codec", "1.0.1", CODEC);
    byte[] whole = Files.readAllBytes(jar);
    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    deploy.install(jar.toFile());
    assertNull(at(jar.toFile()));
    Files.write(jar, whole);
    deploy.update(jar.toFile());
    assertEquals(Bundle.ACTIVE, at(jar.toFile()).getState());
    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    deploy.update(jar.toFile());
    assertEquals(Bundle.ACTIVE, at(jar.toFile()).getState(), "half of it changes nothing");
  }

  @Test
  void shouldUpdateInPlaceAndTakeBackWhatDoesNotResolve() throws Exception {
    File file = framework.jar("new.jar", "a.codec", "1.0.1", "Test-Offers: v1", CODEC).toFile();
    deploy.install(file);
    framework.jar("new.jar", "a.codec", "1.0.2", "Test-Offers: v1", CODEC);
    deploy.update(file);
    assertEquals("1.0.2", at(file).getVersion().toString());
    framework.jar("new.jar", "a.codec", "1.0.3", "Require-Bundle: no.such.bundle");
    deploy.update(file);
    assertEquals("1.0.2", at(file).getVersion().toString());
    assertEquals(Bundle.ACTIVE, at(file).getState());
    framework.jar("new.jar", "another", "1.0.0");
    deploy.update(file);
    assertEquals("another", at(file).getSymbolicName());
    assertEquals(Bundle.ACTIVE, at(file).getState());
  }

  @Test
  void shouldStartWhatLackedAnotherBundleWhenThatComes() throws Exception {
    File needs = framework.jar("needs.jar", "needs", "1.0.0", "Require-Bundle: other").toFile();
    deploy.install(needs);
    assertEquals(Bundle.INSTALLED, at(needs).getState());
    deploy.install(framework.jar("other.jar", "other", "1.0.0").toFile());
    assertEquals(Bundle.ACTIVE, at(needs).getState());
  }

  @Test
  void shouldNotStartAgainWhatSomebodyStopped() throws Exception {
    File file = framework.jar("new.jar", "a.codec", "1.0.1", CODEC).toFile();
    deploy.install(file);
    at(file).stop();
    deploy.install(framework.jar("other.jar", "other", "1.0.0").toFile());
    assertEquals(Bundle.RESOLVED, at(file).getState());
  }

  private static String offering(String type) {
    return "Provide-Capability: osgi.service;objectClass:List<String>=\"" + type + "\"";
  }

  private Bundle at(File file) {
    return framework.context().getBundle(file.toURI().toString());
  }
}
