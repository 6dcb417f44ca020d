package org.ipvssync.simulation;

import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.node.internal.SyncNodeCore;
import org.ipvssync.role.backup.internal.BackupReceiver;
import org.ipvssync.role.backup.internal.BackupSettings;
import org.ipvssync.role.backup.internal.CodecChoices;
import org.ipvssync.table.memory.internal.MemoryTableConfig;
import org.ipvssync.table.memory.internal.MemoryTableProvider;

/** A node of the real classes on a clock of the test's, without framework, thread or socket. */
final class SimNode implements AutoCloseable {
  /** Where all links of a simulation speak; nothing is opened there. */
  static final LinkAddress ADDRESS =
      new LinkAddress("sim0", InetAddress.ofLiteral("224.0.0.81"), 8848, 1, 1, 0, false);

  private static final int RING = 1 << 12;

  private final SyncClock clock;
  private final SyncNodeCore core;

  SimNode(SyncClock clock, int maxConnections) {
    this.clock = clock;
    core = new SyncNodeCore(clock, RING);
    exchangeTable(maxConnections);
  }

  /** Another table takes over; says how many entries did not fit. */
  int exchangeTable(int maxConnections) {
    return core.useTable(new MemoryTableProvider(new TableConfig(maxConnections), Map.of()));
  }

  SyncNodeCore core() {
    return core;
  }

  /** A backup link as a kernel's: rule KERNEL_SYNC, both codecs, all engines that Linux has. */
  BackupReceiver backup(int syncId, int maxLength, ConnTimeouts timeouts, LinkCounters counters) {
    return backup(
        settings(syncId, "peer"), MergeRule.KERNEL_SYNC, maxLength, timeouts, counters, codecs());
  }

  BackupReceiver backup(
      LinkSettings link,
      MergeRule rule,
      int maxLength,
      ConnTimeouts timeouts,
      LinkCounters counters,
      List<SyncCodec> codecs) {
    CodecChoices choices = new CodecChoices();
    List<String> names = new ArrayList<>();
    for (SyncCodec codec : codecs) {
      choices.add(codec, Map.of("service.id", (long) names.size()), "1.0.0");
      names.add(codec.name());
    }
    choices.choose(names);
    BackupReceiver receiver = new BackupReceiver(choices, counters, clock);
    receiver.adopt(
        new BackupSettings(link, names, rule, timeouts, Set.of("sip"), 8192, 2000),
        maxLength,
        core.openInbound(link.horizon()));
    return receiver;
  }

  /** A master link; what it sends goes to {@code sender} whenever {@code duty} is called. */
  SimMaster master(LinkSettings link, String codec, int refreshPeriodS, SyncSender sender) {
    return new SimMaster(
        core.openOutbound(link.name(), link.horizon()), link, codec, refreshPeriodS, sender, clock);
  }

  static LinkSettings settings(int syncId, String horizon) {
    return new LinkSettings("sim", ADDRESS, syncId, 0, "none", horizon, 30);
  }

  static List<SyncCodec> codecs() {
    return ServiceLoader.load(SyncCodec.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  static SyncCodec codec(String name) {
    return codecs().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /** Everything in the table. */
  ConnBatch rows() {
    ConnBatch all = new ConnBatch(Math.max(1, core.table().connections()));
    ConnBatch piece = new ConnBatch();
    for (long cursor = 0; cursor >= 0; ) {
      piece.clear();
      cursor = core.walk(cursor, piece);
      for (int i = 0; i < piece.size(); i++) {
        all.addCopy(piece, i);
      }
    }
    return all;
  }

  @Override
  public void close() {
    core.close();
  }

  private record TableConfig(int maxConnections) implements MemoryTableConfig {
    @Override
    public Class<? extends Annotation> annotationType() {
      return MemoryTableConfig.class;
    }
  }
}
