package org.ipvssync.command.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewerJarTest {
  @ParameterizedTest
  @CsvSource({"1.2.3.SNAPSHOT,1.2.5", "1.2.3,1.2.5", "1.2,1.2.2", "4,4.0.2"})
  void shouldRaiseTheThirdNumber(String version, String newer) {
    assertEquals(newer, NewerJar.newer(version, 2));
  }

  @Test
  void shouldKeepEverythingElse(@TempDir Path folder) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", "some");
    manifest.getMainAttributes().putValue("Bundle-Version", "1.0.0");
    Path jar = folder.resolve("old.jar");
    byte[] content = {1, 2, 3};
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new JarEntry("in/it"));
      out.write(content);
    }
    Path newer = folder.resolve("new.jar");
    NewerJar.write(jar, 1, newer);
    try (JarFile made = new JarFile(newer.toFile())) {
      assertEquals("some", made.getManifest().getMainAttributes().getValue("Bundle-SymbolicName"));
      assertEquals("1.0.1", made.getManifest().getMainAttributes().getValue("Bundle-Version"));
      assertArrayEquals(content, made.getInputStream(made.getEntry("in/it")).readAllBytes());
    }
  }
}
