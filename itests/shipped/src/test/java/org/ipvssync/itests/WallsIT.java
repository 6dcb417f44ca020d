package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRevision;

/** The walls between the rooms, as the shipped manifests have them. */
@InFelix
class WallsIT {
  private static final String API = "org.ipvssync.api";

  /** The one library of ours: each bundle of a table carries its package, none shares it. */
  private static final String CARRIED = "org/ipvssync/table/segment";

  @Test
  void shouldExportPackagesFromTheApiAloneAndEachWithAVersion(BundleContext context) {
    int exported = 0;
    for (BundleRevision bundle : ownBundles(context)) {
      for (var capability : bundle.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
        Object name = capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE);
        Object version =
            capability.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE);
        assertEquals(API, bundle.getSymbolicName(), () -> bundle + " exports " + name);
        assertTrue(
            version instanceof Version v && v.compareTo(new Version(1, 0, 0)) >= 0,
            () -> name + " has version " + version);
        exported++;
      }
    }
    assertTrue(exported > 0, "the api exports its packages");
  }

  @Test
  void shouldImportOnlyTheApiAndThatWithARangeOfVersions(BundleContext context) {
    for (BundleRevision bundle : ownBundles(context)) {
      for (var requirement : bundle.getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE)) {
        String filter =
            requirement.getDirectives().get(PackageNamespace.REQUIREMENT_FILTER_DIRECTIVE);
        if (filter.contains("(" + PackageNamespace.PACKAGE_NAMESPACE + "=org.ipvssync.")) {
          String seen = bundle + " imports " + filter;
          assertTrue(
              filter.contains("(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + API + "."), seen);
          assertTrue(filter.contains("(version>="), seen);
          assertTrue(filter.contains("(!(version>="), seen);
        }
      }
    }
  }

  @Test
  void shouldRequireNoBundleByName(BundleContext context) {
    for (BundleRevision bundle : ownBundles(context)) {
      assertEquals(
          List.of(), bundle.getDeclaredRequirements("osgi.wiring.bundle"), bundle::toString);
      assertEquals(0, bundle.getTypes() & BundleRevision.TYPE_FRAGMENT, bundle::toString);
    }
  }

  @Test
  void shouldHaveEachPackageInOneBundle() throws IOException {
    Map<String, List<String>> bundlesByPackage = new TreeMap<>();
    for (List<Path> jars : Distribution.bundles().values()) {
      for (Path jar : jars) {
        for (String name : packages(jar)) {
          bundlesByPackage
              .computeIfAbsent(name, unused -> new ArrayList<>())
              .add(jar.getFileName().toString());
        }
      }
    }
    bundlesByPackage.keySet().removeIf(name -> !name.startsWith("org/ipvssync/"));
    assertFalse(bundlesByPackage.isEmpty());
    bundlesByPackage.remove(CARRIED);
    bundlesByPackage.values().removeIf(bundles -> bundles.size() == 1);
    assertEquals(Map.of(), bundlesByPackage);
  }

  @Test
  void shouldKeepEveryClassBelowTheBundlesOwnRootPackage() throws IOException {
    for (Path jar : Distribution.ownBundles()) {
      String root = root(jar);
      for (String name : packages(jar)) {
        boolean carried = name.equals(CARRIED) && isTable(root);
        if (name.startsWith("org/ipvssync/") && !carried) {
          assertTrue(
              (name + "/").startsWith(root.equals("org/ipvssync/api") ? root : root + "/internal"),
              () -> jar.getFileName() + " holds " + name);
        }
      }
    }
  }

  @Test
  void shouldCarryTheTablesLibraryInEachTableAndShipItNowhereElse() throws IOException {
    int tables = 0;
    for (Path jar : Distribution.ownBundles()) {
      String root = root(jar);
      assertNotEquals(CARRIED, root, "it is no bundle");
      assertEquals(isTable(root), packages(jar).contains(CARRIED), jar::toString);
      tables += isTable(root) ? 1 : 0;
    }
    assertTrue(tables > 0);
  }

  private static String root(Path jar) {
    return jar.getFileName().toString().replaceFirst("-[0-9].*", "").replace('.', '/');
  }

  private static boolean isTable(String root) {
    return root.startsWith("org/ipvssync/table/");
  }

  private static List<BundleRevision> ownBundles(BundleContext context) {
    List<BundleRevision> own = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getSymbolicName().startsWith("org.ipvssync.")) {
        own.add(bundle.adapt(BundleRevision.class));
      }
    }
    assertTrue(own.size() > 2, own::toString);
    return own;
  }

  private static List<String> packages(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('/'))))
          .distinct()
          .toList();
    }
  }
}
