package org.ipvssync.itests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** Exchanges a bundle of a running framework, in each of the ways that Gogo's commands have. */
final class BundleSwaps {
  /** A version above and one below what ships. */
  static final String NEWER = "1.0.1";

  static final String OLDER = "0.9.9";

  private final BundleContext context;

  BundleSwaps(BundleContext context) {
    this.context = context;
  }

  /** {@code update}: from the same jar. */
  void update(String name) throws Exception {
    one(name).update(shipped(name));
  }

  /** {@code stop}, then {@code start}. */
  void stopAndStart(String name, long gapMs) throws Exception {
    Bundle bundle = one(name);
    bundle.stop();
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(gapMs));
    bundle.start();
  }

  /** {@code uninstall}, then {@code install} of another version, and {@code start}. */
  void replace(String name, String version) throws Exception {
    one(name).uninstall();
    install(name, version).start();
  }

  /**
   * Another version beside the old one, which then goes.
   *
   * @param untilItWorks waits for the new one
   */
  void newFirst(String name, String version, Callable<?> untilItWorks) throws Exception {
    Bundle old = one(name);
    install(name, version).start();
    untilItWorks.call();
    old.uninstall();
  }

  /** What ships, whatever was made of it. */
  void restore(String name) throws Exception {
    List<Bundle> all = all(name);
    for (Bundle more : all.subList(1, all.size())) {
      more.uninstall();
    }
    Bundle bundle = all.getFirst();
    if (!bundle.getVersion().toString().equals("1.0.0.SNAPSHOT")) {
      bundle.update(shipped(name));
    }
    bundle.start();
  }

  /** Versions of the bundles of that name. */
  List<String> versions(String name) {
    return all(name).stream().map(bundle -> bundle.getVersion().toString()).toList();
  }

  /** Installs another version of what ships, not started. */
  Bundle install(String name, String version) throws IOException, BundleException {
    byte[] jar = withVersion(Files.readAllBytes(jar(name)), version);
    return context.installBundle(
        "test:" + name + ":" + version + ":" + System.nanoTime(), new ByteArrayInputStream(jar));
  }

  /** {@code stop}. */
  void stop(String name) throws Exception {
    one(name).stop();
  }

  /** {@code start}. */
  void start(String name) throws Exception {
    one(name).start();
  }

  /** The only bundle of that name. */
  Bundle one(String name) {
    List<Bundle> all = all(name);
    if (all.size() != 1) {
      throw new IllegalStateException(name + " is there " + all.size() + " times: " + all);
    }
    return all.getFirst();
  }

  private List<Bundle> all(String name) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> name.equals(bundle.getSymbolicName()))
        .toList();
  }

  private static ByteArrayInputStream shipped(String name) throws IOException {
    return new ByteArrayInputStream(Files.readAllBytes(jar(name)));
  }

  private static Path jar(String name) throws IOException {
    return Distribution.ownBundles().stream()
        .filter(file -> file.getFileName().toString().startsWith(name + "-"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " does not ship"));
  }

  /** The same jar with another Bundle-Version. */
  static byte[] withVersion(byte[] jar, String version) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
      Manifest manifest = new Manifest(in.getManifest());
      manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version);
      try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    return bytes.toByteArray();
  }
}
