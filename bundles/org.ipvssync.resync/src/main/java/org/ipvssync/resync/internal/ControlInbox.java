package org.ipvssync.resync.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ipvssync.api.wire.ControlListener;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.LinkAddress;
import org.osgi.service.component.annotations.Component;

/**
 * Where control messages that backup links hear wait for the thread that answers. It needs nobody,
 * so that links can have it before the rest of this bundle has the links.
 */
@Component(service = {ControlListener.class, ControlInbox.class})
public final class ControlInbox implements ControlListener {
  private static final int MOST = 256;

  private final BlockingQueue<Heard> waiting = new ArrayBlockingQueue<>(MOST);
  private final ResyncCounters counters = new ResyncCounters();

  /**
   * A message and the group that it came to.
   *
   * @param message a copy
   */
  record Heard(NetworkGroup.Key group, Datagram message) {}

  @Override
  public void received(LinkAddress address, Datagram message) {
    if (message.length() > ControlCodec.MAX_BYTES) {
      counters.increment(ResyncCounter.CONTROL_SIZE);
      return;
    }
    if (waiting.remainingCapacity() == 0) {
      counters.increment(ResyncCounter.INBOX_FULL);
      return;
    }
    Datagram copy = Datagram.of(message.toBytes());
    copy.setSource(message.source());
    if (!waiting.offer(new Heard(NetworkGroup.Key.of(address), copy))) {
      counters.increment(ResyncCounter.INBOX_FULL);
    }
  }

  /** The next message; null when none came in time. */
  Heard next(long timeoutMs) throws InterruptedException {
    return waiting.poll(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** What is counted, here and by those who share it. */
  ResyncCounters counters() {
    return counters;
  }
}
