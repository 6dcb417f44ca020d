package org.ipvssync.role.backup.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.link.SwapTimer;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.wire.SyncCodec;

/**
 * Notices codecs that go and come, says which versions are worth waiting for, and tells the swaps.
 *
 * <p>A codec that has left is waited for: in an update of its bundle it is back in a moment. One
 * that was never there is not, since nobody knows what it would read.
 *
 * <p>The link's thread, but {@link #awaited}. Allocates only when a codec comes or goes.
 */
final class CodecWatch {
  private final CodecChoices codecs;
  private final Consumer<Swap> swaps;
  private final LinkLog log;
  private final String title;
  private Known[] known = new Known[0];
  private long seenChanges = -1;
  private long waitNanos;
  private boolean anyPresent;
  private boolean anyBack;
  private volatile String awaited = "";

  /**
   * Knows nothing yet.
   *
   * @param title the link, at the start of a line
   */
  CodecWatch(CodecChoices codecs, Consumer<Swap> swaps, LinkLog log, String title) {
    this.codecs = codecs;
    this.swaps = swaps;
    this.log = log;
    this.title = title;
  }

  /** How long a codec that has left is waited for, milliseconds. */
  void waitFor(int ms) {
    waitNanos = TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /** Whether {@link #look} may have something to do. */
  boolean isDue() {
    return seenChanges != codecs.changes() || !awaited.isEmpty();
  }

  /** Takes notice of what has changed since the last look. */
  void look(long nowNanos) {
    long changes = codecs.changes();
    if (changes != seenChanges) {
      seenChanges = changes;
      lookAtAll(nowNanos);
    }
    if (!awaited.isEmpty()) {
      giveUpLate(nowNanos);
    }
  }

  /** Whether any chosen codec is there. */
  boolean anyPresent() {
    return anyPresent;
  }

  /**
   * Whether messages of a version are worth keeping although nobody read one just now; also when
   * its codec has come back since.
   */
  boolean isAwaited(int version, long nowNanos) {
    if (!anyPresent) {
      return true;
    }
    for (Known one : known) {
      if (one.version == version && (one.present || one.isAwaited(nowNanos, waitNanos))) {
        return true;
      }
    }
    return false;
  }

  /** Any thread: the names of the codecs that are waited for, for people; or empty. */
  String awaited() {
    return awaited;
  }

  /** Records that had waited were read by the codec at {@code slot}. */
  void drained(int slot, int records) {
    if (slot < known.length) {
      known[slot].drained += records;
    }
  }

  /** Nothing waits any more: what came back meanwhile has now taken over. */
  void allDrained() {
    if (anyBack) {
      anyBack = false;
      for (Known one : known) {
        one.tell();
      }
    }
  }

  private void lookAtAll(long nowNanos) {
    // All names of one configuration.
    synchronized (codecs) {
      Known[] now = new Known[codecs.count()];
      for (int i = 0; i < now.length; i++) {
        String name = codecs.choice(i).name();
        boolean stays = i < known.length && known[i].name.equals(name);
        now[i] = stays ? known[i] : find(known, name);
        lookAt(now[i], codecs.choice(i), stays, nowNanos);
      }
      known = now;
    }
    boolean nonePresent = !anyPresent;
    anyPresent = false;
    for (Known one : known) {
      anyPresent |= one.present;
      anyBack |= one.isBack;
    }
    if (nonePresent && anyPresent) {
      // While there was none, all messages waited: those of the others are not late yet.
      for (Known one : known) {
        one.waitAnew(nowNanos);
      }
    }
    nameAwaited();
  }

  private Known find(Known[] among, String name) {
    for (Known one : among) {
      if (one.name.equals(name)) {
        return one;
      }
    }
    return new Known(name, swaps);
  }

  private void lookAt(Known one, ServiceChoice<SyncCodec> choice, boolean stays, long nowNanos) {
    long changes = choice.changes();
    if (stays && one.changes == changes) {
      return;
    }
    String label = "";
    SyncCodec codec = choice.acquire();
    if (codec != null) {
      try {
        changes = choice.changes();
        label = choice.label();
        one.version = codec.version();
      } catch (RuntimeException e) {
        // It says so once more when it is to read something, and that is told as a fault.
        one.version = -1;
      } finally {
        choice.release();
      }
    }
    one.changes = changes;
    // In another place it may be the same one: then nothing was exchanged.
    if (stays || !label.equals(one.label)) {
      one.changed(label, nowNanos);
    }
  }

  /**
   * A codec that stays away is given up, once others are there: from now on its messages are
   * dropped. Without any codec all messages wait, and the link says so itself.
   */
  private void giveUpLate(long nowNanos) {
    boolean late = false;
    for (Known one : known) {
      if (anyPresent && one.isGone && !one.givenUp && !one.isAwaited(nowNanos, waitNanos)) {
        one.givenUp = true;
        late = true;
        log.warn(
            title
                + ": codec "
                + one.name
                + " has not come back within "
                + TimeUnit.NANOSECONDS.toMillis(waitNanos)
                + " ms: its messages are dropped (noCodec) until it does");
      }
    }
    if (late) {
      nameAwaited();
    }
  }

  private void nameAwaited() {
    StringBuilder names = new StringBuilder();
    for (Known one : known) {
      if (one.isGone && !one.givenUp) {
        names.append(names.isEmpty() ? "" : ", ").append(one.name);
      }
    }
    awaited = names.toString();
  }

  /** What is known of the codec of one name. */
  private static final class Known {
    private final String name;
    private final SwapTimer swap;
    private String label = "";
    private long changes = -1;
    private int version = -1;
    private boolean present;
    private boolean isGone;
    private boolean givenUp;
    private long goneNanos;
    private boolean isBack;
    private long backNanos;

    /** Records since it went, also those it read before it was noticed that it is back. */
    private long drained;

    Known(String name, Consumer<Swap> swaps) {
      this.name = name;
      this.swap = new SwapTimer("codec", swaps);
    }

    boolean isAwaited(long nowNanos, long waitNanos) {
      return isGone && nowNanos - goneNanos < waitNanos;
    }

    void changed(String now, long nowNanos) {
      // One that had come back already and goes again was a swap of its own.
      tell();
      swap.missed(nowNanos);
      boolean wasGone = isGone;
      isGone = now.isEmpty() && (present || isGone);
      if (!wasGone) {
        drained = 0;
      }
      if (present && isGone) {
        goneNanos = nowNanos;
        givenUp = false;
      }
      label = now;
      present = !now.isEmpty();
      if (present) {
        isBack = true;
        backNanos = nowNanos;
      }
    }

    void waitAnew(long nowNanos) {
      if (isGone) {
        goneNanos = nowNanos;
        givenUp = false;
      }
    }

    void tell() {
      if (isBack) {
        isBack = false;
        swap.resumed(label, backNanos, drained);
      }
    }
  }
}
