package org.ipvssync.role.backup.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.link.RoleSettings;
import org.ipvssync.api.wire.LinkAddress;

/**
 * The checked settings of a backup link.
 *
 * @param link those that every link has
 * @param codecs names of the codecs that may read, 1 to {@link CodecChoices#MAX_CODECS}
 * @param rule how records meet the table
 * @param timeouts for records without one
 * @param persistenceEngines engines whose records are taken
 * @param spoolKiB most memory for datagrams that wait for a codec, KiB; 0 for none
 * @param codecWaitMs how long a codec that has left is waited for, milliseconds
 */
public record BackupSettings(
    LinkSettings link,
    List<String> codecs,
    MergeRule rule,
    ConnTimeouts timeouts,
    Set<String> persistenceEngines,
    int spoolKiB,
    int codecWaitMs)
    implements RoleSettings {
  /** Least syncMaxLen that the kernel takes for a backup. */
  static final int SHORTEST_MAX_LEN = 1024;

  // A receiver does not send.
  private static final int ANY_TTL = 1;

  /** Longest timeout in seconds that a kernel with 1000 ticks a second takes. */
  private static final int MAX_TIMEOUT_S = Integer.MAX_VALUE / 1000;

  private static final int MAX_SPOOL_KIB = 1 << 20;
  private static final int MAX_CODEC_WAIT_MS = 60_000;

  private static final Set<String> RULES =
      Set.of(MergeRule.KERNEL_SYNC.name(), MergeRule.AUTHORITATIVE.name());

  /**
   * Checks a configuration.
   *
   * @param written the configuration's properties as they were written
   * @throws org.ipvssync.api.link.ConfigException when a value is not allowed
   */
  public static BackupSettings of(String name, BackupConfig config, Map<String, ?> written) {
    ConfigCheck check = new ConfigCheck(written);
    LinkAddress address =
        check.address(
            config.mcastInterface(),
            config.mcastGroup(),
            config::mcastPort,
            config::syncPorts,
            () -> ANY_TTL,
            config::socketBufferBytes,
            false);
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
    return new BackupSettings(
        link,
        codecs(check, config.codecs()),
        MergeRule.valueOf(check.oneOf("rule", config.rule(), RULES)),
        new ConnTimeouts(
            check.range("timeoutTcpS", config::timeoutTcpS, 1, MAX_TIMEOUT_S),
            check.range("timeoutTcpFinS", config::timeoutTcpFinS, 1, MAX_TIMEOUT_S),
            check.range("timeoutUdpS", config::timeoutUdpS, 1, MAX_TIMEOUT_S)),
        names(config.persistenceEngines()),
        check.range("spoolKiB", config::spoolKiB, 0, MAX_SPOOL_KIB),
        check.range("codecWaitMs", config::codecWaitMs, 0, MAX_CODEC_WAIT_MS));
  }

  private static List<String> codecs(ConfigCheck check, String text) {
    List<String> codecs = List.copyOf(names(text));
    if (codecs.isEmpty() || codecs.size() > CodecChoices.MAX_CODECS) {
      throw check.failure(
          "codecs",
          text,
          "1 to " + CodecChoices.MAX_CODECS + " names of codecs, separated by commas");
    }
    return codecs;
  }

  private static Set<String> names(String text) {
    return Stream.of(text.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
