package org.ipvssync.role.master.internal;

import java.util.HashMap;
import java.util.Map;
import org.ipvssync.api.fake.FakeConfig;
import org.ipvssync.api.link.LinkSettings;

/** Settings for tests, made by the same checks as those of an operator. */
final class TestSettings {
  static final String PID = MasterRole.PID + "~eth0";

  private TestSettings() {}

  /** The defaults on eth0, but what {@code written} says: key, value, key, value. */
  static MasterSettings of(Object... written) {
    Map<String, Object> all = written(written);
    return MasterSettings.of(
        LinkSettings.nameOf(PID),
        FakeConfig.of(MasterConfig.class, all),
        FakeConfig.properties(PID, all));
  }

  static Map<String, Object> written(Object... keysAndValues) {
    Map<String, Object> all = new HashMap<>(Map.of("mcastInterface", "eth0"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      all.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return all;
  }
}
