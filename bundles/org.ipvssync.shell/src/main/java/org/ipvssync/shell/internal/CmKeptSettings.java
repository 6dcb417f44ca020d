package org.ipvssync.shell.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.node.SyncLink;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Settings in ConfigurationAdmin, and in the files that FileInstall reads into it.
 *
 * <p>Both are changed, the file first: nothing waits for FileInstall's next look, which then finds
 * what is there already.
 */
final class CmKeptSettings implements KeptSettings {
  /** Where FileInstall notes the file that a configuration came from, as an URI. */
  static final String FILE_NAME = "felix.fileinstall.filename";

  private static final String NODE_PID = "org.ipvssync.node";
  private static final String MASTERS = "(service.factoryPid=org.ipvssync.role.master)";

  private final ConfigurationAdmin admin;
  private final Path confDir;

  /**
   * With the configuration folder.
   *
   * @param confDir where a file is made for a configuration that has none
   */
  CmKeptSettings(ConfigurationAdmin admin, Path confDir) {
    this.admin = admin;
    this.confDir = confDir;
  }

  @Override
  public Optional<String> nodeValue(String key) throws IOException {
    return node().flatMap(c -> value(c, key));
  }

  @Override
  public Undo setNode(String key, String value) throws IOException {
    Configuration node = admin.getConfiguration(NODE_PID, CmConfigurations.ANY_LOCATION);
    Path file = file(node).orElseGet(() -> confDir.resolve(NODE_PID + ".cfg").toAbsolutePath());
    return set(node, Optional.of(file), key, value);
  }

  @Override
  public List<String> masters() throws IOException {
    return all(MASTERS)
        .filter(c -> !value(c, SyncLink.AUTOMATIC_PROPERTY).map(RoleConfig::isTrue).orElse(false))
        .map(c -> LinkSettings.nameOf(c.getPid()))
        .sorted()
        .toList();
  }

  @Override
  public Optional<String> masterValue(String link, String key) throws IOException {
    return master(link).flatMap(c -> value(c, key));
  }

  @Override
  public Undo setMaster(String link, String key, String value) throws IOException {
    Configuration master =
        master(link)
            .orElseThrow(
                () -> CommandFailure.failed("master '" + link + "' has no configuration any more"));
    return set(master, file(master), key, value);
  }

  @Override
  public String keptInNode() throws IOException {
    return place(node());
  }

  @Override
  public String keptIn(String link) throws IOException {
    return place(master(link));
  }

  private static String place(Optional<Configuration> configuration) {
    return configuration
        .flatMap(CmKeptSettings::file)
        .map(Path::toString)
        .orElse("the running node");
  }

  private Undo set(Configuration configuration, Optional<Path> file, String key, String value)
      throws IOException {
    if (file.isPresent() && !file.get().toString().endsWith(".cfg")) {
      throw CommandFailure.failed(
          file.get() + ": only .cfg files are changed by command; edit it: " + key);
    }
    Undo undoFile = file.isPresent() ? new ConfigFile(file.get()).set(key, value) : () -> {};
    Dictionary<String, Object> before = configuration.getProperties();
    Dictionary<String, Object> after = copy(before);
    after.put(key, value);
    if (file.isPresent() && file(configuration).isEmpty()) {
      after.put(FILE_NAME, file.get().toFile().toURI().toString());
    }
    try {
      configuration.update(after);
    } catch (IOException | IllegalStateException e) {
      undoFile.run();
      throw e;
    }
    return () -> {
      undoFile.run();
      if (before == null) {
        configuration.delete();
      } else if (!copy(before).equals(after)) {
        // An update with what is there already would ask for it once more.
        configuration.update(before);
      }
    };
  }

  private Optional<Configuration> node() throws IOException {
    return all("(service.pid=" + NODE_PID + ")").findFirst();
  }

  private Optional<Configuration> master(String link) throws IOException {
    return all(MASTERS).filter(c -> LinkSettings.nameOf(c.getPid()).equals(link)).findFirst();
  }

  private Stream<Configuration> all(String filter) throws IOException {
    return CmConfigurations.find(admin, filter).stream();
  }

  private static Optional<Path> file(Configuration configuration) {
    return value(configuration, FILE_NAME).map(uri -> Path.of(URI.create(uri)));
  }

  private static Optional<String> value(Configuration configuration, String key) {
    Dictionary<String, Object> properties = configuration.getProperties();
    return properties == null
        ? Optional.empty()
        : Optional.ofNullable(properties.get(key)).map(Object::toString);
  }

  private static Dictionary<String, Object> copy(Dictionary<String, Object> from) {
    Dictionary<String, Object> copy = new Hashtable<>();
    if (from != null) {
      from.keys().asIterator().forEachRemaining(key -> copy.put(key, from.get(key)));
    }
    return copy;
  }
}
