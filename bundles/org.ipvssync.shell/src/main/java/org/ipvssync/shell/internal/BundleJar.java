package org.ipvssync.shell.internal;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A bundle's jar, read whole from where it lies and looked at before the framework gets it: what is
 * no bundle is refused while everything still runs.
 *
 * @param name its symbolic name
 * @param version its version
 * @param provides its header Provide-Capability, or null
 * @param file a copy of it, gone with {@link #close}
 */
record BundleJar(String name, Version version, String provides, Path file) implements Closeable {
  /** More than any bundle has; the node's memory is small. */
  private static final int MOST_BYTES = 64 << 20;

  /**
   * Reads it.
   *
   * @param where an URL, or an absolute path
   * @param folder for the copy
   * @throws CommandFailure when it cannot be read, or is no bundle
   */
  static BundleJar read(String where, Path folder) {
    Path copy = null;
    try {
      byte[] bytes = bytes(where);
      copy = Files.createTempFile(Files.createDirectories(folder), "bundle", ".jar");
      Files.write(copy, bytes);
      return checked(where, copy);
    } catch (FileNotFoundException e) {
      throw failure(where, "cannot be read: no such file", copy);
    } catch (ZipException e) {
      throw failure(where, "is no jar, or only a part of one: " + e.getMessage(), copy);
    } catch (IOException e) {
      throw failure(where, "cannot be read: " + e.getMessage(), copy);
    } catch (IllegalArgumentException e) {
      throw failure(where, e.getMessage(), copy);
    }
  }

  /** The URL that the words mean. */
  static String url(String where) {
    return where.startsWith("/") ? Path.of(where).toUri().toString() : where;
  }

  /** Its bytes. */
  InputStream open() throws IOException {
    return Files.newInputStream(file);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }

  private static byte[] bytes(String where) throws IOException {
    try (InputStream in = connect(where)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("is longer than " + (MOST_BYTES >> 20) + " MiB");
      }
      return bytes;
    }
  }

  private static InputStream connect(String where) throws IOException {
    URL url;
    try {
      url = URI.create(url(where)).toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is no URL such as file:/tmp/new.jar, nor a whole path", e);
    }
    if (url.getProtocol().equals("file") && Files.isDirectory(Path.of(url.getPath()))) {
      throw new IllegalArgumentException("is a folder, no jar");
    }
    return url.openStream();
  }

  private static BundleJar checked(String where, Path copy) throws IOException {
    try (JarFile jar = new JarFile(copy.toFile(), false)) {
      Manifest manifest = jar.getManifest();
      Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
      String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (name == null) {
        throw new IllegalArgumentException(
            "is no bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
      }
      Version version = Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION));
      return new BundleJar(
          name.split(";", 2)[0].strip(),
          version,
          headers.getValue(Constants.PROVIDE_CAPABILITY),
          copy);
    }
  }

  private static CommandFailure failure(String where, String why, Path copy) {
    if (copy != null) {
      copy.toFile().delete();
    }
    return CommandFailure.failed(where + ": " + why);
  }
}
