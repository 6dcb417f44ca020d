package org.ipvssync.kernel.internal;

import java.util.Map;
import org.ipvssync.api.link.ConfigCheck;

/**
 * The checked settings.
 *
 * @param enabled whether the kernel is wanted at all
 * @param syncId on lo, 0 to 255
 * @param changesPerSecond most records a second into the kernel
 * @param readPeriodS seconds between readings; 0 for none
 * @param ipvsadm the command
 */
record KernelSettings(
    boolean enabled, int syncId, int changesPerSecond, int readPeriodS, String ipvsadm) {
  /** While what is configured is not allowed. */
  static final KernelSettings OFF = new KernelSettings(false, 0, 100_000, 60, "ipvsadm");

  private static final int MAX_SYNC_ID = 255;
  private static final int MAX_PERIOD_S = 86_400;

  /**
   * Checks a configuration.
   *
   * @param written its properties as they were written
   * @throws org.ipvssync.api.link.ConfigException when a value is not allowed
   */
  static KernelSettings of(KernelConfig config, Map<String, ?> written) {
    ConfigCheck check = new ConfigCheck(written);
    return new KernelSettings(
        check.flag("enabled", config.enabled()),
        check.range("syncId", config::syncId, 0, MAX_SYNC_ID),
        check.range("changesPerSecond", config::changesPerSecond, 1000, 10_000_000),
        check.range("readPeriodS", config::readPeriodS, 0, MAX_PERIOD_S),
        check.required("ipvsadm", config.ipvsadm(), "a command, such as ipvsadm"));
  }
}
