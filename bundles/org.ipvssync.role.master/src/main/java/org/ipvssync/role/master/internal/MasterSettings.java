package org.ipvssync.role.master.internal;

import java.util.Map;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.link.RoleSettings;
import org.ipvssync.api.wire.LinkAddress;

/**
 * The checked settings of a master link.
 *
 * @param link those that every link has
 * @param codec name of the codec
 * @param flushIntervalMs longest wait of a change, milliseconds
 * @param refreshPeriodS seconds from pass to pass; 0 for none
 * @param refreshPerSecond most copies a second
 * @param changesPerSecond most changes a second; 0 for as many as there are
 */
public record MasterSettings(
    LinkSettings link,
    String codec,
    int flushIntervalMs,
    int refreshPeriodS,
    int refreshPerSecond,
    int changesPerSecond)
    implements RoleSettings {
  /**
   * Least syncMaxLen. A kernel takes 1 byte for a master and then sends nothing; with less than
   * this not one IPv4 connection fits behind a header (44 bytes in v1, 52 in v0 with sequence
   * data). What is longer (80 bytes over IPv6, options) is counted as RECORD_TOO_LONG.
   */
  static final int SHORTEST_MAX_LEN = 64;

  private static final int MAX_FLUSH_MS = 10_000;
  private static final int MAX_REFRESH_S = 86_400;
  private static final int MAX_PER_SECOND = 10_000_000;

  /**
   * Checks a configuration.
   *
   * @param written the configuration's properties as they were written
   * @throws org.ipvssync.api.link.ConfigException when a value is not allowed
   */
  public static MasterSettings of(String name, MasterConfig config, Map<String, ?> written) {
    ConfigCheck check = new ConfigCheck(written);
    LinkAddress address =
        check.address(
            config.mcastInterface(),
            config.mcastGroup(),
            config::mcastPort,
            config::syncPorts,
            config::mcastTtl,
            config::socketBufferBytes,
            check.flag("loopback", config.loopback()));
    LinkSettings link =
        LinkSettings.of(
            check,
            name,
            address,
            config::syncId,
            config::syncMaxLen,
            SHORTEST_MAX_LEN,
            config.transport(),
            config.horizon(),
            config::retryMaxS);
    return new MasterSettings(
        link,
        check.required("codec", config.codec(), "the name of a codec, such as v1"),
        check.range("flushIntervalMs", config::flushIntervalMs, 1, MAX_FLUSH_MS),
        check.range("refreshPeriodS", config::refreshPeriodS, 0, MAX_REFRESH_S),
        check.range("refreshPerSecond", config::refreshPerSecond, 1, MAX_PER_SECOND),
        check.range("changesPerSecond", config::changesPerSecond, 0, MAX_PER_SECOND));
  }
}
