package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.BundleContext;

/** A configuration that is not allowed is refused in words, and harms no other link. */
@InFelix
class RefusedIT {
  private final TestGroup group = TestGroup.random();
  private Links links;

  @BeforeEach
  void open(BundleContext context) throws Exception {
    links = new Links(context);
  }

  @AfterEach
  void close() throws Exception {
    links.removeAll();
  }

  /** What the reason must name beside the PID: the key, the value, and what is allowed. */
  @ParameterizedTest
  @CsvSource({
    "backup, syncId,         256,        0 to 255",
    "backup, syncId,         seven,      0 to 255",
    "backup, mcastPort,      0,          1 to 65535",
    "backup, mcastGroup,     10.1.2.3,   224.0.0.0 to 239.255.255.255",
    "backup, mcastGroup,     nonsense,   224.0.0.0 to 239.255.255.255",
    "backup, mcastInterface, '',         interface",
    "backup, syncPorts,      65,         1 to 64",
    "backup, syncMaxLen,     65508,      65507",
    "master, syncId,         -1,         0 to 255",
    "master, mcastTtl,       256,        1 to 255",
    "master, mcastPort,      65536,      1 to 65535",
    "master, flushIntervalMs, -1,        to",
    "master, refreshPeriodS, -1,         0 to",
  })
  void shouldSayKeyAndValueAndWhatIsAllowed(String label, String key, String value, String allowed)
      throws Exception {
    SyncRole role = SyncRole.valueOf(label.toUpperCase(Locale.ROOT));
    links.configure(role, "bad", settingsWith(key, value));

    LinkStatus status = awaitRefused(role, "bad");
    String reason = status.detail();
    assertEquals(1, reason.lines().count(), reason);
    assertTrue(reason.contains(Links.pid(role, "bad")), reason);
    assertTrue(reason.contains(key + "=" + value), reason);
    assertTrue(reason.substring(reason.indexOf(key + "=" + value)).contains(allowed), reason);
  }

  @Test
  void shouldLeaveOtherLinksAtWork() throws Exception {
    Scenario scenario = Scenario.of("udp4");
    links.configure(SyncRole.BACKUP, "good", group.settings(0));
    links.awaitUp(SyncRole.BACKUP, "good");

    links.configure(SyncRole.BACKUP, "bad", settingsWith("syncId", "256"));
    links.configure(SyncRole.MASTER, "bad", settingsWith("mcastTtl", "0"));
    awaitRefused(SyncRole.BACKUP, "bad");
    awaitRefused(SyncRole.MASTER, "bad");

    group.send(scenario.datagrams());
    links.awaitCount(SyncRole.BACKUP, "good", LinkCounter.RECORDS, scenario.records());
    assertEquals(LinkState.UP, links.awaitUp(SyncRole.BACKUP, "good").state());
  }

  @Test
  void shouldComeUpOnceTheConfigurationIsMended() throws Exception {
    links.configure(SyncRole.BACKUP, "one", settingsWith("syncId", "256"));
    awaitRefused(SyncRole.BACKUP, "one");

    links.configure(SyncRole.BACKUP, "one", group.settings(255));

    LinkStatus status = links.awaitUp(SyncRole.BACKUP, "one");
    assertEquals(255, status.syncId());
    assertEquals("", status.detail());
  }

  @Test
  void shouldGoOnAsItWasWhenAChangeIsRefused() throws Exception {
    links.configure(SyncRole.BACKUP, "one", group.settings(7));
    links.awaitUp(SyncRole.BACKUP, "one");

    links.configure(SyncRole.BACKUP, "one", settingsWith("syncId", "256"));

    LinkStatus status =
        links.await(
            SyncRole.BACKUP, "one", "says why not", seen -> seen.detail().contains("syncId=256"));
    assertEquals(LinkState.UP, status.state());
    assertEquals(7, status.syncId());

    links.configure(SyncRole.BACKUP, "one", group.settings(8));
    status = links.await(SyncRole.BACKUP, "one", "has sync id 8", seen -> seen.syncId() == 8);
    assertEquals("", status.detail());
  }

  private Map<String, Object> settingsWith(String key, String value) {
    Map<String, Object> settings = new HashMap<>(group.settings(0));
    settings.put(key, value);
    return settings;
  }

  private LinkStatus awaitRefused(SyncRole role, String name) throws Exception {
    return links.await(role, name, "is refused", status -> status.state() == LinkState.REFUSED);
  }
}
