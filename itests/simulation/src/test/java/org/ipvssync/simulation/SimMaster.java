package org.ipvssync.simulation;

import java.io.IOException;
import java.util.Map;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.LinkSettings;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.OutboundLink;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncSender;
import org.ipvssync.role.master.internal.MasterSender;
import org.ipvssync.role.master.internal.MasterSettings;

/** A master link that works when it is told to. */
final class SimMaster {
  private static final int FLUSH_MS = 10;
  private static final int REFRESH_PER_SECOND = 20_000;
  private static final int MAX_LENGTH = 1472;

  private final LinkCounters counters = new LinkCounters();
  private final ServiceChoice<SyncCodec> codecs;
  private final MasterSender sender;
  private final OutboundLink outbound;
  private final SyncSender wire;

  SimMaster(
      OutboundLink outbound,
      LinkSettings link,
      String codec,
      int refreshPeriodS,
      SyncSender wire,
      SyncClock clock) {
    this.outbound = outbound;
    this.wire = wire;
    codecs = new ServiceChoice<>(SyncCodec::name, codec);
    long id = 0;
    for (SyncCodec one : SimNode.codecs()) {
      codecs.add(one, Map.of("service.id", id++), "1.0.0");
    }
    sender = new MasterSender(codecs, counters, clock);
    sender.adopt(
        new MasterSettings(link, codec, FLUSH_MS, refreshPeriodS, REFRESH_PER_SECOND, 0),
        MAX_LENGTH,
        outbound);
  }

  LinkCounters counters() {
    return counters;
  }

  OutboundLink outbound() {
    return outbound;
  }

  void choose(String codec) {
    codecs.choose(codec);
  }

  /** Everything that is due now. */
  void duty() throws IOException {
    while (sender.duty(wire) > 0) {
      // Until nothing is due.
    }
  }
}
