package org.ipvssync.role.master.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.FakeNode;
import org.ipvssync.api.fake.FakeOutbound;
import org.ipvssync.api.fake.FakeSender;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.fake.TinyCodec;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.junit.jupiter.api.BeforeEach;

/** A master on a simulated clock, without a thread: what its tests share. */
abstract class SimulatedMaster {
  static final int MAX_LENGTH = 1472;

  /** Records of the test codec that fit into a message. */
  static final int FULL = (MAX_LENGTH - SyncHeader.V1_BYTES) / TinyCodec.RECORD_BYTES;

  static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  final SimClock clock = new SimClock();
  final LinkCounters counters = new LinkCounters();
  final ServiceChoice<SyncCodec> codecs = ServiceChoice.ofCodecs("v1");
  final List<Swap> swaps = new ArrayList<>();
  final TinyCodec v0 = new TinyCodec("v0", 0);
  final TinyCodec v1 = new TinyCodec("v1", 1);
  final FakeOutbound outbound = (FakeOutbound) new FakeNode(clock).openOutbound("eth0", "h");
  final FakeSender sender = new FakeSender(TestSettings.of().link().address(), MAX_LENGTH);
  final MasterSender master = new MasterSender(codecs, counters, clock, swaps::add);
  private int nextPort = 1;

  @BeforeEach
  void start() {
    codecs.add(v0, 0, "1.0.0", 1);
    codecs.add(v1, 0, "1.0.0", 2);
    adopt();
  }

  final void adopt(Object... written) {
    Map<String, Object> all = TestSettings.written(written);
    List<Object> flat = new ArrayList<>(List.of("refreshPeriodS", "0"));
    all.forEach(
        (key, value) -> {
          flat.add(key);
          flat.add(value);
        });
    MasterSettings settings = TestSettings.of(flat.toArray());
    master.adopt(settings, MAX_LENGTH, outbound);
    if (settings.refreshPeriodS() > 0) {
      // As when a link starts.
      master.adopt(settings, MAX_LENGTH, null);
      master.adopt(settings, MAX_LENGTH, outbound);
    }
  }

  final void open(int count) {
    for (int i = 0; i < count; i++) {
      outbound.open(nextPort++);
    }
  }

  final void openIpv6(int count) {
    for (int i = 0; i < count; i++) {
      outbound.open(nextPort++, true);
    }
  }

  /** What the link's thread does, for so many milliseconds of the simulated clock. */
  final void run(long ms) throws IOException {
    long end = clock.nanoTime() + ms * MS;
    boolean[] over = {false};
    clock.inMs(
        ms,
        () -> {
          over[0] = true;
          outbound.wakeUp();
        });
    while (!over[0] && clock.nanoTime() <= end) {
      if (master.duty(sender) == 0) {
        master.idle();
      }
    }
    while (master.duty(sender) > 0) {
      // What was due at the end.
    }
  }

  final ConnBatch decode(int datagram) {
    ConnBatch batch = new ConnBatch();
    byte[] bytes = sender.sent.get(datagram).bytes();
    (bytes[SyncHeader.V1_VERSION] == 1 ? v1 : v0).decode(Datagram.of(bytes), batch, counters);
    return batch;
  }

  final List<Integer> ports(int datagram) {
    ConnBatch batch = decode(datagram);
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      ports.add(batch.cport(i));
    }
    return ports;
  }

  final List<Integer> states(int datagram) {
    ConnBatch batch = decode(datagram);
    List<Integer> states = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      states.add(batch.state(i));
    }
    return states;
  }

  final TreeSet<Integer> portsOfAll() {
    TreeSet<Integer> all = new TreeSet<>();
    for (int d = 0; d < sender.sent.size(); d++) {
      all.addAll(ports(d));
    }
    return all;
  }
}
