package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * Exchanges the content of a running bundle, and takes it back when the new one does not start or
 * does not offer what the old one did: the node goes on with what it had.
 */
final class BundleUpdate {
  /** How long the new content may take until its services are there. */
  private static final long OFFERED_MS = 2_000;

  private static final String JAR_MANIFEST = "/META-INF/MANIFEST.MF";
  private static final String NAMES = "ipvssync.";
  private static final String OURS = "org.ipvssync.api.";

  private static final ServiceReference<?>[] NONE = {};

  private final Patience patience;
  private final Path folder;

  /**
   * With a folder for copies.
   *
   * @param folder is made when it is needed
   */
  BundleUpdate(Patience patience, Path folder) {
    this.patience = patience;
    this.folder = folder;
  }

  /**
   * Does it.
   *
   * @throws BundleException with one line that says what went wrong, and what the bundle is now
   */
  void run(Bundle bundle, BundleJar jar) throws BundleException, IOException, InterruptedException {
    if (bundle.getState() != Bundle.ACTIVE) {
      try (InputStream bytes = jar.open()) {
        bundle.update(bytes);
      }
      return;
    }
    Set<String> offered = offers(bundle);
    Path before = copy(bundle);
    try {
      String wrong = exchange(bundle, jar.file(), offered);
      if (!wrong.isEmpty()) {
        String back = exchange(bundle, before, offered);
        throw new BundleException(
            wrong
                + (back.isEmpty()
                    ? "; the bundle is as it was"
                    : "; and what it was does not start any more: " + back));
      }
    } finally {
      Files.deleteIfExists(before);
    }
  }

  /** Returns what went wrong, or the empty string. */
  private String exchange(Bundle bundle, Path content, Set<String> offered)
      throws InterruptedException {
    try {
      bundle.stop(Bundle.STOP_TRANSIENT);
      try (InputStream bytes = Files.newInputStream(content)) {
        bundle.update(bytes);
      }
      bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
    } catch (BundleException | IOException e) {
      return BundleWords.reason(e);
    }
    if (patience.await(OFFERED_MS, () -> offers(bundle).containsAll(offered))) {
      return "";
    }
    Set<String> missing = new TreeSet<>(offered);
    missing.removeAll(offers(bundle));
    return "does not offer " + String.join(", ", missing);
  }

  /** The node's own kinds of services that a bundle offers, each with the name to choose it by. */
  private static Set<String> offers(Bundle bundle) {
    Set<String> offers = new TreeSet<>();
    ServiceReference<?>[] services = bundle.getRegisteredServices();
    for (ServiceReference<?> service : services == null ? NONE : services) {
      String[] types = (String[]) service.getProperty(Constants.OBJECTCLASS);
      for (String type : types) {
        if (type.startsWith(OURS)) {
          offers.add(named(service).orElse(type.substring(type.lastIndexOf('.') + 1)));
        }
      }
    }
    return offers;
  }

  /** What a service is chosen by, such as {@code codec v1}. */
  private static Optional<String> named(ServiceReference<?> service) {
    return Arrays.stream(service.getPropertyKeys())
        .filter(key -> key.startsWith(NAMES))
        .map(key -> key.substring(NAMES.length()) + " " + service.getProperty(key))
        .findFirst();
  }

  /** The content that a bundle has now: nobody else may have it any more. */
  private Path copy(Bundle bundle) throws IOException {
    Path copy = Files.createTempFile(Files.createDirectories(folder), "before", ".jar");
    try (OutputStream file = Files.newOutputStream(copy);
        ZipOutputStream jar = new ZipOutputStream(file)) {
      add(bundle.getEntry(JAR_MANIFEST), jar);
      for (URL entry : Collections.list(bundle.findEntries("/", "*", true))) {
        if (!entry.getPath().endsWith("/") && !entry.getPath().endsWith(JAR_MANIFEST)) {
          add(entry, jar);
        }
      }
    }
    return copy;
  }

  private static void add(URL entry, ZipOutputStream jar) throws IOException {
    jar.putNextEntry(new ZipEntry(entry.getPath().substring(1)));
    try (InputStream bytes = entry.openStream()) {
      bytes.transferTo(jar);
    }
    jar.closeEntry();
  }
}
