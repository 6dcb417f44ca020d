package org.ipvssync.command.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A bare receiver in a process of its own: a loop that takes datagrams of a group and looks at
 * nothing, the floor that nodes are measured by. {@link BareProcess} starts it and asks it, word by
 * word over its standard input.
 */
final class BareReceiver {
  /** What the loop does with a datagram. */
  enum Mode {
    /** Counts it. */
    COUNT,
    /** Counts it and notes when the first and the latest came. */
    TIMES,
    /** Reads from its first eight bytes when it was sent. */
    DELAYS
  }

  /** Name of the thread that receives; the kernel knows 15 letters of it. */
  static final String THREAD = "bare-receiver";

  private static final int LONGEST = 65_536;
  private static final long LONGEST_DELAY_NANOS = 60_000_000_000L;
  private static final VarHandle COUNT = handle("count");
  private static final VarHandle FIRST = handle("first");
  private static final VarHandle LATEST = handle("latest");

  private final DatagramChannel channel;
  private final Mode mode;
  private final Histogram delays = new ConcurrentHistogram(LONGEST_DELAY_NANOS, 3);
  private long count;
  private long first;
  private long latest;

  private BareReceiver(DatagramChannel channel, Mode mode) {
    this.channel = channel;
    this.mode = mode;
  }

  /** Runs until its standard input ends: interface, group, port, mode. */
  public static void main(String[] words) throws IOException {
    BenchGroup group =
        new BenchGroup(words[0], InetAddress.ofLiteral(words[1]), Integer.parseInt(words[2]), 0);
    BareReceiver receiver = new BareReceiver(group.openReceiver(), Mode.valueOf(words[3]));
    Thread.ofPlatform().daemon().name(THREAD).start(receiver::receive);
    System.out.println("ready");
    receiver.answer();
    System.exit(0);
  }

  private void answer() throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String word = in.readLine(); word != null; word = in.readLine()) {
      if (word.equals("reset")) {
        FIRST.setRelease(this, 0L);
        delays.reset();
      }
      System.out.println(look());
    }
  }

  private String look() {
    // In this order: what is counted has its times, and they are not after the time of the look.
    long counted = (long) COUNT.getAcquire(this);
    long firstNanos = (long) FIRST.getAcquire(this);
    long latestNanos = (long) LATEST.getAcquire(this);
    return System.nanoTime()
        + " "
        + counted
        + " "
        + firstNanos
        + " "
        + latestNanos
        + " "
        + delays.getValueAtPercentile(50)
        + " "
        + delays.getValueAtPercentile(99)
        + " "
        + delays.getMaxValue();
  }

  private void receive() {
    try {
      ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
      switch (mode) {
        case COUNT -> count(buffer);
        case TIMES -> times(buffer);
        case DELAYS -> delays(buffer);
      }
    } catch (IOException e) {
      System.err.println("the bare receiver: " + e.getMessage());
      System.exit(1);
    }
  }

  private void count(ByteBuffer buffer) throws IOException {
    while (true) {
      channel.receive(buffer.clear());
      COUNT.setRelease(this, count + 1);
    }
  }

  private void times(ByteBuffer buffer) throws IOException {
    while (true) {
      channel.receive(buffer.clear());
      long now = System.nanoTime();
      if ((long) FIRST.getAcquire(this) == 0) {
        FIRST.setRelease(this, now);
      }
      LATEST.setRelease(this, now);
      COUNT.setRelease(this, count + 1);
    }
  }

  private void delays(ByteBuffer buffer) throws IOException {
    while (true) {
      channel.receive(buffer.clear());
      long nanos = System.nanoTime() - buffer.getLong(0);
      delays.recordValue(Math.clamp(nanos, 0, LONGEST_DELAY_NANOS));
      COUNT.setRelease(this, count + 1);
    }
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(BareReceiver.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
