package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A shell with a few commands to try the control socket with. */
final class FakeShell implements LineShell {
  final CountDownLatch hanging = new CountDownLatch(1);
  final CountDownLatch interrupted = new CountDownLatch(1);
  final CountDownLatch flooding = new CountDownLatch(1);
  final CountDownLatch flooded = new CountDownLatch(1);
  final CountDownLatch replied = new CountDownLatch(1);
  volatile String refusal;
  private final AtomicInteger open = new AtomicInteger();

  int openSessions() {
    return open.get();
  }

  /** Returns when so many sessions are open. */
  void awaitSessions(int count) throws InterruptedException {
    synchronized (open) {
      while (open.get() != count) {
        open.wait();
      }
    }
  }

  @Override
  public Session open(OutputStream out, OutputStream err) {
    if (refusal != null) {
      throw new IllegalStateException(refusal);
    }
    change(1);
    return new FakeSession(out, err);
  }

  private void change(int by) {
    synchronized (open) {
      open.addAndGet(by);
      open.notifyAll();
    }
  }

  private final class FakeSession implements Session {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch end = new CountDownLatch(1);
    private final OutputStream out;
    private final OutputStream err;
    private int count;

    FakeSession(OutputStream out, OutputStream err) {
      this.out = out;
      this.err = err;
    }

    @Override
    public int run(String line) {
      String[] words = line.split(" ", 2);
      try {
        return switch (words[0]) {
          case "say" -> print(out, words[1], 0);
          case "fail" -> print(err, words[1], 1);
          case "usage" -> print(err, words[1], 2);
          case "count" -> print(out, Integer.toString(++count), 0);
          case "long" -> longOutput(Integer.parseInt(words[1]));
          case "flood" -> flood();
          case "hang" -> hang();
          default -> throw new AssertionError(line);
        };
      } catch (IOException e) {
        return 1;
      }
    }

    private int print(OutputStream to, String text, int exit) throws IOException {
      to.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      return exit;
    }

    private int longOutput(int length) throws IOException {
      out.write("0123456789".repeat(length / 10).getBytes(StandardCharsets.US_ASCII));
      return 0;
    }

    private int flood() {
      byte[] much = new byte[8192];
      try {
        while (true) {
          out.write(much);
          flooding.countDown();
        }
      } catch (IOException e) {
        flooded.countDown();
        return 1;
      }
    }

    private int hang() {
      hanging.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return 1;
    }

    @Override
    public void replied() {
      replied.countDown();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        change(-1);
      }
    }
  }
}
