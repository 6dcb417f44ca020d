package org.ipvssync.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** A framework, and jars that are made for it. */
final class TestFramework {
  /** Header that makes a jar's bundle offer a codec of that name. */
  static final String OFFERS = "Test-Offers";

  private final Path folder;
  private final Felix felix;

  TestFramework(Path folder) throws BundleException {
    this.folder = folder;
    felix =
        new Felix(
            Map.of(
                Constants.FRAMEWORK_STORAGE,
                folder.resolve("cache").toString(),
                "felix.log.level",
                "0"));
    felix.start();
  }

  BundleContext context() {
    return felix.getBundleContext();
  }

  /** Installs and starts what a jar holds. */
  Bundle run(Path jar) throws BundleException {
    Bundle bundle = context().installBundle(jar.toUri().toString());
    bundle.start();
    return bundle;
  }

  /** A bundle with headers {@code name: value}. */
  Path jar(String file, String name, String version, String... headers) throws IOException {
    StringBuilder text = new StringBuilder("Manifest-Version: 1.0\n");
    text.append("Bundle-ManifestVersion: 2\nImport-Package: org.osgi.framework\n");
    text.append("Bundle-Activator: ").append(Offering.class.getName()).append('\n');
    text.append("Bundle-SymbolicName: ").append(name).append(";singleton:=false\n");
    text.append("Bundle-Version: ").append(version).append('\n');
    for (String header : headers) {
      text.append(header).append('\n');
    }
    return write(file, text.toString());
  }

  /** A jar with that manifest. */
  Path write(String file, String manifest) throws IOException {
    Path jar = folder.resolve(file);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, new Manifest(stream(manifest)))) {
      String activator = Offering.class.getName().replace('.', '/') + ".class";
      entries.putNextEntry(new JarEntry(activator));
      try (InputStream bytes = Offering.class.getClassLoader().getResourceAsStream(activator)) {
        bytes.transferTo(entries);
      }
    }
    return jar;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  void close() throws BundleException, InterruptedException {
    felix.stop();
    felix.waitForStop(10_000);
  }

  /** Registers what the bundle's header says. */
  public static final class Offering implements BundleActivator, ServiceFactory<Object> {
    @Override
    public void start(BundleContext context) {
      String name = context.getBundle().getHeaders().get(OFFERS);
      if (name != null) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("ipvssync.codec", name);
        context.registerService("org.ipvssync.api.wire.SyncCodec", this, properties);
      }
    }

    @Override
    public void stop(BundleContext context) {
      // the framework takes the service back
    }

    @Override
    public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
      return this;
    }

    @Override
    public void ungetService(
        Bundle bundle, ServiceRegistration<Object> registration, Object service) {
      // nothing is held
    }
  }
}
