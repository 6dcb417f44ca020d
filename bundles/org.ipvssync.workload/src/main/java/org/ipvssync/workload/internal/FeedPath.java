package org.ipvssync.workload.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.ipvssync.api.link.ConfigCheck;

/** Checks where the feed is to listen. */
final class FeedPath {
  /** Linux has 108 bytes for a socket's path; some are left for the systems that have fewer. */
  private static final int MAX_BYTES = 100;

  private static final String ALLOWED =
      "an absolute path of at most " + MAX_BYTES + " bytes in an existing directory";

  private FeedPath() {}

  /** The path that the configuration says, or a ConfigException. */
  static Path of(String configured) {
    ConfigCheck check = new ConfigCheck(FeedSettings.PID);
    String text = check.required("socket", configured, ALLOWED);
    try {
      Path path = Path.of(text);
      boolean fits = text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
      if (fits && path.isAbsolute() && isInDirectory(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw check.failure("socket", text, ALLOWED);
    }
    throw check.failure("socket", text, ALLOWED);
  }

  private static boolean isInDirectory(Path path) {
    return path.getParent() != null && Files.isDirectory(path.getParent());
  }
}
