package org.ipvssync.command.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.ipvssync.command.child.ChildNode;
import org.ipvssync.command.child.Json;

/**
 * How long a node that has just been started takes to get the whole table of another: from its
 * request on the wire to the line in its log that says that all is there.
 */
final class FullResync {
  private static final int RUNS = 3;
  private static final int FLOOR_RUNS = 5;
  private static final String COMPLETE = "resync: ";
  private static final String FROM = " connections from ";
  private static final long LOOK_MS = 2;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final BenchTools tools;
  private long missing;
  private long again;

  FullResync(BenchTools tools) {
    this.tools = tools;
  }

  /** Measures with a node that holds all connections. */
  Row measure(Holder holder) throws IOException, InterruptedException {
    holder.node().startResync();
    List<Double> seconds = new ArrayList<>();
    for (int run = 1; run <= RUNS; run++) {
      seconds.add(pull(holder, "asks-" + run));
      tools.say("  %.2f s", seconds.getLast());
    }
    List<Double> floor = new ArrayList<>();
    for (int run = 0; run < FLOOR_RUNS; run++) {
      floor.add(floor(holder.datagrams()));
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("connections", holder.datagrams().connections());
    details.put("bytes", holder.datagrams().bytes());
    details.put("runsSeconds", seconds);
    details.put("floorRunsSeconds", floor);
    details.put("missing", missing);
    details.put("pagesAgain", again);
    return new Row(
        Work.RESYNC,
        "full resync",
        "s",
        Numbers.median(seconds),
        Numbers.median(Numbers.last(floor, RUNS)),
        missing,
        String.format(
            Locale.ROOT,
            "median of %d fresh nodes, %,d connections; %,d pages were lost and came again",
            RUNS,
            holder.datagrams().connections(),
            again),
        details);
  }

  private double pull(Holder holder, String name) throws IOException, InterruptedException {
    Map<String, List<String>> configuration =
        BenchTools.configuration(
            holder.datagrams().connections(), StartTime.configuration(holder.group()));
    configuration.remove("org.ipvssync.resync"); // It asks at its start.
    try (GroupListener listener = GroupListener.open(holder.group())) {
      ChildNode process = tools.nodes().start(name, configuration);
      long asked = listener.awaitFirstNanos();
      long complete = awaitComplete(process);
      try (BenchNode node = BenchNode.await(process)) {
        BenchNode.Look look = node.look();
        missing += holder.datagrams().connections() - look.status().connections();
        Map<String, Object> resync = Json.object(look.status().all().get("resync"));
        again += Json.number(Json.object(resync.get("counters")), "pagesAgain");
      }
      process.kill();
      process.awaitEnd();
      return (complete - asked) / 1e9;
    }
  }

  /** When the line came, by the machine's monotonic clock. */
  private static long awaitComplete(ChildNode process) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Path log = process.output();
    long size = -1;
    while (System.nanoTime() - begin < PATIENCE_NANOS && process.isAlive()) {
      long now = System.nanoTime();
      long grown = Files.size(log);
      if (grown != size) {
        size = grown;
        for (String line : Files.readString(log, StandardCharsets.UTF_8).split("\n")) {
          if (line.contains(COMPLETE) && line.contains(FROM)) {
            return now;
          }
        }
      }
      Thread.sleep(LOOK_MS);
    }
    throw new IOException("a node that asked for the whole table did not get it");
  }

  /** As many bytes by unicast, never more at once than the socket holds; seconds. */
  private static double floor(PreparedDatagrams datagrams) throws IOException {
    try (DatagramChannel receiver = DatagramChannel.open(StandardProtocolFamily.INET);
        DatagramChannel sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
      receiver.setOption(StandardSocketOptions.SO_RCVBUF, BenchGroup.BUFFER_BYTES);
      int window = BenchGroup.datagramsIn(receiver.getOption(StandardSocketOptions.SO_RCVBUF));
      receiver.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      sender.connect(receiver.getLocalAddress());
      AtomicLong received = new AtomicLong();
      Thread.ofPlatform().daemon().name("bench-receiver").start(() -> take(receiver, received));
      long begin = System.nanoTime();
      for (int i = 0; i < datagrams.count(); i++) {
        awaitReceived(received, i - window, begin);
        datagrams.send(sender, i);
      }
      awaitReceived(received, datagrams.count() - 1, begin);
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  private static void awaitReceived(AtomicLong received, long index, long begin)
      throws IOException {
    while (received.getOpaque() <= index) {
      if (System.nanoTime() - begin > PATIENCE_NANOS) {
        throw new IOException("bare sockets lose datagrams on their way from 127.0.0.1 to itself");
      }
      Thread.onSpinWait();
    }
  }

  private static void take(DatagramChannel receiver, AtomicLong received) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(PreparedDatagrams.MAX_LENGTH);
    try {
      while (true) {
        receiver.receive(buffer.clear());
        received.setOpaque(received.getOpaque() + 1);
      }
    } catch (AsynchronousCloseException e) {
      // All was received.
      return;
    } catch (IOException e) {
      System.err.println("ipvs-syncd: bench: a bare receiver failed: " + e.getMessage());
    }
  }
}
