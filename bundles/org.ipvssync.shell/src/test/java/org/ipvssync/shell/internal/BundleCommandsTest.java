package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

class BundleCommandsTest {
  private final List<String> started = new ArrayList<>();
  private final BundleCommands commands = new BundleCommands(context());

  @Test
  void shouldStartByNumberAndName() {
    commands.start(false, "7", "org.ipvssync.codec.v1");
    assertEquals(List.of("org.ipvssync.codec.v1", "org.ipvssync.codec.v1"), started);
  }

  @Test
  void shouldSayThatThereIsNoSuchBundle() {
    assertFails(
        CommandFailure.FAILED,
        "start: no bundle has the name or number 'nosuch'; 'lb' lists them",
        "nosuch");
  }

  @Test
  void shouldAskForABundle() {
    assertFails(CommandFailure.USAGE, "start: BUNDLE is missing; 'lb' lists them");
  }

  @Test
  void shouldSayWhyABundleDoesNotStart() {
    assertFails(CommandFailure.FAILED, "start: broken: as the test asked", "broken");
  }

  private void assertFails(int exit, String line, String... bundles) {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> commands.start(false, bundles));
    assertEquals(line, failure.getMessage());
    assertEquals(exit, failure.exit());
    assertEquals(List.of(), started);
  }

  private BundleContext context() {
    Bundle codec = bundle("org.ipvssync.codec.v1");
    Bundle[] bundles = {codec, bundle("broken")};
    return (BundleContext)
        Proxy.newProxyInstance(
            BundleContext.class.getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (_, method, _) -> method.getName().equals("getBundles") ? bundles : codec);
  }

  private Bundle bundle(String name) {
    return (Bundle)
        Proxy.newProxyInstance(
            Bundle.class.getClassLoader(),
            new Class<?>[] {Bundle.class},
            (_, method, _) -> {
              if (method.getName().equals("start")) {
                if (name.equals("broken")) {
                  throw new BundleException("as the test asked");
                }
                started.add(name);
                return null;
              }
              return name;
            });
  }
}
