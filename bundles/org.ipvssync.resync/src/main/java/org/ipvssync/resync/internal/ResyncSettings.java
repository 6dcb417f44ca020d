package org.ipvssync.resync.internal;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.link.ConfigCheck;

/**
 * Checked settings.
 *
 * @param atStart whether a node asks by itself when a link comes up for the first time
 * @param timeoutMs how long it waits for somebody to answer
 * @param persistenceEngines engines whose templates are taken
 * @param offersPerSecond most requests answered a second
 * @param maxPeers most peers that are sent the table at a time
 * @param datagramsPerSecond most datagrams of the table sent a second
 */
public record ResyncSettings(
    boolean atStart,
    int timeoutMs,
    Set<String> persistenceEngines,
    int offersPerSecond,
    int maxPeers,
    int datagramsPerSecond) {
  /** What holds without a configuration. */
  public static final ResyncSettings DEFAULTS =
      new ResyncSettings(
          true,
          ResyncConfig.TIMEOUT_MS,
          engines(ResyncConfig.ENGINES),
          ResyncConfig.OFFERS,
          ResyncConfig.PEERS,
          ResyncConfig.DATAGRAMS);

  /** The settings of a configuration; fails with one line. */
  static ResyncSettings of(ResyncConfig config, Map<String, Object> written) {
    ConfigCheck check = new ConfigCheck(written);
    return new ResyncSettings(
        check.flag("atStart", config.atStart()),
        check.range("resyncTimeoutMs", config::resyncTimeoutMs, 100, 600_000),
        engines(check, config.persistenceEngines()),
        check.range("offersPerSecond", config::offersPerSecond, 1, 1_000),
        check.range("maxPeers", config::maxPeers, 1, 64),
        check.range("datagramsPerSecond", config::datagramsPerSecond, 10, 10_000_000));
  }

  private static Set<String> engines(ConfigCheck check, String names) {
    Set<String> engines = engines(names);
    for (String engine : engines) {
      if (engine.length() > ConnBatch.PE_NAME_MAX) {
        throw check.failure(
            "persistenceEngines", names, "names of at most " + ConnBatch.PE_NAME_MAX + " bytes");
      }
    }
    return engines;
  }

  private static Set<String> engines(String names) {
    Set<String> engines = new TreeSet<>();
    Arrays.stream(names.split(",")).map(String::strip).forEach(engines::add);
    engines.remove("");
    return engines;
  }
}
