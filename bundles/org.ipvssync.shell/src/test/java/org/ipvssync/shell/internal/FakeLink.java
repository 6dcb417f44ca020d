package org.ipvssync.shell.internal;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.wire.LinkAddress;

/** A link whose status the test writes. */
final class FakeLink implements SyncLink {
  final Map<LinkCounter, Long> counters = new EnumMap<>(LinkCounter.class);
  LinkAddress address = new LinkAddress("lo", group("224.0.0.81"), 8848, 1, 1, 0, false);
  LinkState state = LinkState.UP;
  String detail = "";
  String codec = "v1";
  int syncId = 7;
  int syncMaxLen = 1472;
  long pending;
  SwapStats swaps = SwapStats.NONE;
  DelayStats delay = DelayStats.NONE;
  boolean canPush = true;
  Runnable whenPushed = () -> {};
  private final SyncRole role;
  private final String name;

  FakeLink(SyncRole role, String name) {
    this.role = role;
    this.name = name;
  }

  static InetAddress group(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  void count(LinkCounter counter, long n) {
    counters.merge(counter, n, Long::sum);
  }

  @Override
  public boolean push() {
    if (canPush) {
      whenPushed.run();
    }
    return canPush;
  }

  @Override
  public LinkStatus status() {
    return new LinkStatus(
        name,
        role,
        address,
        "multicast",
        address.group().getHostAddress() + ":" + address.port() + "%" + address.mcastInterface(),
        syncId,
        syncMaxLen,
        codec,
        state,
        detail,
        pending,
        Map.copyOf(counters),
        swaps,
        delay);
  }
}
