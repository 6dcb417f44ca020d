package org.ipvssync.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The unpacked distribution.
 *
 * @param dir the folder that holds bin, bundles, conf, deploy and lib
 */
public record Home(Path dir) {
  private static final String PROPERTY = "ipvssync.home";

  /** The distribution that this program was started from. */
  public static Home find() {
    String given = System.getProperty(PROPERTY, "");
    if (!given.isEmpty()) {
      return new Home(Path.of(given).toAbsolutePath().normalize());
    }
    try {
      URI jar = Home.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return new Home(Path.of(jar).toAbsolutePath().getParent().getParent());
    } catch (URISyntaxException e) {
      throw new LaunchException("cannot find the distribution: start it with bin/ipvs-syncd", e);
    }
  }

  /** The command. */
  public Path script() {
    return dir.resolve("bin/ipvs-syncd");
  }

  /** The configuration that a node takes when it is told no other. */
  public Path conf() {
    return dir.resolve("conf");
  }

  /** The folder that all nodes of this distribution watch for bundles, if told no other. */
  public Path deploy() {
    return dir.resolve("deploy");
  }

  /**
   * The folders of bundles, in the order of their start levels: bundles/NUMBER.
   *
   * @throws LaunchException when there is none
   */
  List<Path> bundleFolders() {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(dir.resolve("bundles"), "[0-9]*")) {
      found.forEach(folders::add);
    } catch (IOException e) {
      throw new LaunchException("no bundles in " + dir + ": unpack the distribution again", e);
    }
    Collections.sort(folders);
    return folders;
  }

  /** The jars of a folder, by name. */
  static List<Path> jars(Path folder) {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      found.forEach(jars::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(jars);
    return jars;
  }

  /** The version of the program. */
  public static String version() {
    String version = Home.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
