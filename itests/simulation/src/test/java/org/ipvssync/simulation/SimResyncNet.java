package org.ipvssync.simulation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.ipvssync.api.fake.SimClock;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.node.TableSource;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.resync.internal.Answerer;
import org.ipvssync.resync.internal.Intake;
import org.ipvssync.resync.internal.Local;
import org.ipvssync.resync.internal.NetworkGroup;
import org.ipvssync.resync.internal.Requester;
import org.ipvssync.resync.internal.ResyncCounters;
import org.ipvssync.resync.internal.ResyncSettings;
import org.ipvssync.resync.internal.SourceRefresh;

/** A group of nodes that ask each other for their tables, over a network that may misbehave. */
final class SimResyncNet implements AutoCloseable {
  private static final long TICK_MS = 2;
  private static final int MAX_LENGTH = 1472;
  private static final NetworkGroup GROUP =
      new NetworkGroup(SimNode.ADDRESS, "none", SimNode.ADDRESS.group() + ":peers", 7);

  final SimClock clock = new SimClock();
  final List<Member> members = new ArrayList<>();
  final Random random;

  /** Of a hundred datagrams, how many are lost, and come twice. */
  int lossPercent;

  int twicePercent;

  /** Longest way of a datagram, milliseconds; each takes its own time. */
  int longestWayMs = 1;

  /** Datagrams that went to anybody. */
  long carried;

  private int nextPort = 40_000;

  SimResyncNet(long seed) {
    random = new Random(seed);
  }

  /** A node of the group. */
  final class Member implements AutoCloseable {
    final SimNode node = new SimNode(clock, 50_000);
    final long id = random.nextLong();
    final ResyncCounters counters = new ResyncCounters();
    final Local local = new Local(id, clock, random::nextLong);
    final Answerer answerer;
    final SimSocket answers = new SimSocket();
    final SourceRefresh sources;
    SimSocket asks;
    Requester requester;
    boolean complete = true;
    boolean alive = true;

    /** While its machine gives it no time, it asks nobody. */
    boolean standsStill;

    private Member(ResyncSettings settings, TableSource source) {
      // A source takes its time, and answers go on meanwhile.
      sources = new SourceRefresh(task -> clock.inMs(700, task), clock, LinkLog.SILENT);
      if (source != null) {
        sources.add(source);
      }
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      answerer = new Answerer(node.core(), codec(), sources, local, counters, settings, secret);
      answers.heard = message -> answerer.pulled(message, answers);
    }

    /** Begins a resync. */
    void ask(int timeoutMs) {
      complete = false;
      asks = new SimSocket();
      Intake intake = new Intake(codec(), node.core().openInbound(GROUP.horizon()), Set.of("sip"));
      requester = new Requester(GROUP, asks, intake, local, counters, timeoutMs);
      asks.heard =
          message -> {
            requester.accept(message);
            requester.tick();
          };
      requester.start();
      clock.inMs(TICK_MS, this::tick);
    }

    private void tick() {
      if (!standsStill) {
        requester.tick();
      }
      if (requester.hasEnded()) {
        TableResync.State state = status().state();
        complete = state != TableResync.State.FAILED;
        asks.close();
      } else {
        clock.inMs(TICK_MS, this::tick);
      }
    }

    TableResync.Status status() {
      return requester.status(1);
    }

    /** Goes without a word. */
    void die() {
      alive = false;
      answers.close();
    }

    @Override
    public void close() {
      node.close();
    }
  }

  /** A node joins. */
  Member join() {
    return join(ResyncSettings.DEFAULTS, null);
  }

  Member join(ResyncSettings settings, TableSource source) {
    Member member = new Member(settings, source);
    members.add(member);
    return member;
  }

  /** Lets time pass until all who ask have ended; says how many milliseconds. */
  long run(long mostMs) {
    return runUntil(
        mostMs,
        () -> members.stream().allMatch(m -> m.requester == null || m.requester.hasEnded()));
  }

  long runUntil(long mostMs, BooleanSupplier enough) {
    long startMs = clock.nowMs();
    clock.advanceNanos(mostMs * 1_000_000, enough);
    return clock.nowMs() - startMs;
  }

  static ServiceChoice<SyncCodec> codec() {
    ServiceChoice<SyncCodec> choice = ServiceChoice.ofCodecs("v1");
    choice.add(SimNode.codec("v1"), Map.of(), "1.0.0");
    return choice;
  }

  private void carry(Runnable arrival) {
    int copies = random.nextInt(100) < twicePercent ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (random.nextInt(100) >= lossPercent) {
        carried++;
        clock.inMs(random.nextInt(longestWayMs), arrival);
      }
    }
  }

  /** Takes what came. */
  @FunctionalInterface
  interface Hearing {
    void hear(Datagram message);
  }

  /** A socket in the simulated network. */
  final class SimSocket implements PeerSocket {
    final InetSocketAddress own = new InetSocketAddress("10.0.0.1", nextPort++);
    private Hearing heard = message -> {};
    private boolean closed;

    SimSocket() {
      sockets.add(this);
    }

    private Datagram copy(Datagram datagram) {
      Datagram copy = Datagram.of(datagram.toBytes());
      copy.setSource(own);
      return copy;
    }

    @Override
    public void sendToGroup(Datagram datagram) {
      Datagram copy = copy(datagram);
      for (Member member : members) {
        carry(
            () -> {
              if (member.alive && SyncHeader.isControl(copy.segment(), copy.length())) {
                member.answerer.asked(copy, member.complete, member.answers);
              }
            });
      }
    }

    @Override
    public void send(Datagram datagram, SocketAddress peer) throws IOException {
      if (closed) {
        throw new IOException("closed");
      }
      Datagram copy = copy(datagram);
      for (SimSocket socket : List.copyOf(sockets)) {
        if (socket.own.equals(peer)) {
          carry(
              () -> {
                if (!socket.closed) {
                  socket.heard.hear(copy);
                }
              });
        }
      }
    }

    @Override
    public boolean receive(Datagram into, long timeoutMs) {
      throw new IllegalStateException("the network hands in what comes");
    }

    @Override
    public int maxLength() {
      return MAX_LENGTH;
    }

    @Override
    public int receiveBufferBytes() {
      return 1 << 18;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final List<SimSocket> sockets = new ArrayList<>();

  @Override
  public void close() {
    members.forEach(Member::close);
  }
}
