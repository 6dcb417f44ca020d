package org.ipvssync.command.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes a newer version of a bundle that differs in its number alone. */
final class NewerJar {
  private static final String VERSION = "Bundle-Version";

  private NewerJar() {}

  /**
   * Writes it.
   *
   * @param step how much newer, at least 1
   */
  static void write(Path jar, int step, Path to) throws IOException {
    try (InputStream file = Files.newInputStream(jar);
        JarInputStream in = new JarInputStream(file)) {
      Manifest manifest = new Manifest(in.getManifest());
      String version = manifest.getMainAttributes().getValue(VERSION);
      manifest.getMainAttributes().putValue(VERSION, newer(version, step));
      try (OutputStream made = Files.newOutputStream(to);
          JarOutputStream out = new JarOutputStream(made, manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
  }

  /** The version with its third number raised, and nothing behind it. */
  static String newer(String version, int step) {
    String[] numbers = version.split("\\.", 4);
    int third = numbers.length < 3 ? 0 : Integer.parseInt(numbers[2]);
    String second = numbers.length < 2 ? "0" : numbers[1];
    return numbers[0] + "." + second + "." + (third + step);
  }
}
