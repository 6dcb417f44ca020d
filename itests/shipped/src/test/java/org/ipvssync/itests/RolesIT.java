package org.ipvssync.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;

/** Roles come, change and go by configuration, and leave nothing. */
@InFelix
class RolesIT {
  private final TestGroup group = TestGroup.random();
  private List<String> threadsBefore;
  private Links links;

  @BeforeEach
  void open(BundleContext context) throws Exception {
    links = new Links(context);
    threadsBefore = Links.threads();
  }

  @AfterEach
  void close() throws Exception {
    links.removeAll();
    Await.until("no thread is left behind", Links::threads, threadsBefore::equals);
  }

  @ParameterizedTest
  @ValueSource(strings = {"master", "backup"})
  void shouldComeAndGoByConfiguration(String label) throws Exception {
    SyncRole role = SyncRole.valueOf(label.toUpperCase(Locale.ROOT));
    links.configure(role, "one", group.settings(7));

    LinkStatus status = links.awaitUp(role, "one");
    assertEquals(role, status.role());
    assertEquals(TestGroup.INTERFACE, status.address().mcastInterface());
    assertEquals(group.address(), status.address().group().getHostAddress());
    assertEquals(group.port(), status.address().port());
    assertEquals(7, status.syncId());
    assertEquals("", status.detail());
    assertNotEquals(threadsBefore, Links.threads(), "a link has a thread of its own");

    links.remove(role, "one");
  }

  @Test
  void shouldTellOthersWhatItsConfigurationSaysAboutTheOwnKernel(BundleContext context)
      throws Exception {
    Map<String, Object> settings = new HashMap<>(group.settings(7));
    settings.put(SyncLink.KERNEL_PROPERTY, false);
    links.configure(SyncRole.BACKUP, "one", settings);
    links.awaitUp(SyncRole.BACKUP, "one");
    assertEquals(
        1, context.getServiceReferences(SyncLink.class, "(kernel=false)").size(), "of --no-kernel");
    links.configure(SyncRole.BACKUP, "one", group.settings(7));
    Await.until(
        "the change arrives",
        () -> context.getServiceReferences(SyncLink.class, "(kernel=false)").size(),
        count -> count == 0);
  }

  @Test
  void shouldTakeAChangeInPlace() throws Exception {
    links.configure(SyncRole.BACKUP, "one", group.settings(7));
    links.awaitUp(SyncRole.BACKUP, "one");
    SyncLink before = links.find(SyncRole.BACKUP, "one").orElseThrow();
    List<Long> threadIds = threadIds();

    links.configure(SyncRole.BACKUP, "one", group.settings(9));

    links.await(SyncRole.BACKUP, "one", "has sync id 9", status -> status.syncId() == 9);
    links.awaitUp(SyncRole.BACKUP, "one");
    assertSame(before, links.find(SyncRole.BACKUP, "one").orElseThrow());
    assertEquals(threadIds, threadIds());
  }

  @Test
  void shouldMoveToAnotherGroup() throws Exception {
    Scenario scenario = Scenario.of("tcp4-nat-v1");
    TestGroup other = TestGroup.random();
    links.configure(SyncRole.BACKUP, "one", group.settings(0));
    links.awaitUp(SyncRole.BACKUP, "one");

    links.configure(SyncRole.BACKUP, "one", other.settings(0));
    links.await(
        SyncRole.BACKUP,
        "one",
        "is up on " + other,
        status -> status.state() == LinkState.UP && status.address().port() == other.port());

    other.send(scenario.datagrams());
    links.awaitCount(SyncRole.BACKUP, "one", LinkCounter.RECORDS, scenario.records());
  }

  @Test
  void shouldRunSeveralLinksOfBothRolesAtOnce() throws Exception {
    for (SyncRole role : SyncRole.values()) {
      links.configure(role, "one", group.settings(1));
      links.configure(role, "two", TestGroup.random().settings(2));
    }
    for (SyncRole role : SyncRole.values()) {
      assertEquals(1, links.awaitUp(role, "one").syncId());
      assertEquals(2, links.awaitUp(role, "two").syncId());
    }
    links.remove(SyncRole.BACKUP, "one");
    assertEquals(LinkState.UP, links.awaitUp(SyncRole.BACKUP, "two").state());
    assertEquals(LinkState.UP, links.awaitUp(SyncRole.MASTER, "one").state());
  }

  @Test
  void shouldFollowAFileInTheConfigurationFolder(BundleContext context) throws Exception {
    Path file =
        Path.of(context.getProperty(FelixNode.CONF_DIR), "org.ipvssync.role.backup-file.cfg");
    try {
      Files.writeString(file, text(7));
      assertEquals(7, links.awaitUp(SyncRole.BACKUP, "file").syncId());

      // Another length, so that the change is seen even within one tick of the file's time.
      Files.writeString(file, text(123));
      links.await(SyncRole.BACKUP, "file", "has sync id 123", status -> status.syncId() == 123);
    } finally {
      Files.deleteIfExists(file);
    }
    links.awaitGone(SyncRole.BACKUP, "file");
  }

  @Test
  void shouldTryAgainUntilTheInterfaceIsThere() throws Exception {
    Map<String, Object> settings = new HashMap<>(group.settings(0));
    settings.put("mcastInterface", "nosuch0");
    links.configure(SyncRole.BACKUP, "one", settings);

    LinkStatus status =
        links.await(
            SyncRole.BACKUP, "one", "tries again", seen -> seen.state() == LinkState.RETRYING);
    assertTrue(status.detail().contains("nosuch0"), status::detail);
    assertEquals(1, status.detail().lines().count(), status::detail);

    links.configure(SyncRole.BACKUP, "one", group.settings(0));
    assertEquals("", links.awaitUp(SyncRole.BACKUP, "one").detail());
  }

  private String text(int syncId) {
    StringBuilder text = new StringBuilder();
    group.settings(syncId).forEach((key, value) -> text.append(key + "=" + value + "\n"));
    return text.toString();
  }

  private static List<Long> threadIds() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ipvs-"))
        .map(Thread::threadId)
        .sorted()
        .toList();
  }
}
