package org.ipvssync.vectors;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files of this bundle. */
final class Resources {
  private static final String ROOT = "/vectors/";

  private Resources() {}

  /** The caller closes it. */
  static InputStream open(String path) throws IOException {
    InputStream in = Resources.class.getResourceAsStream(ROOT + path);
    if (in == null) {
      throw new FileNotFoundException("no such vector: " + path);
    }
    return in;
  }

  static String text(String path) {
    try (InputStream in = open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String path) {
    return text(path).lines().toList();
  }
}
