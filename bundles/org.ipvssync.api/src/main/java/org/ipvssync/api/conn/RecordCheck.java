package org.ipvssync.api.conn;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;

/**
 * The kernel's checks of what a record means, after a codec has found its shape sound.
 *
 * <p>Source: {@code ip_vs_proc_sync_conn} and {@code ip_vs_process_message_v0} in
 * net/netfilter/ipvs/ip_vs_sync.c. Immutable.
 */
public final class RecordCheck {
  /** The engines that Linux has. */
  public static final Set<String> KERNEL_ENGINES = Set.of("sip");

  private final List<byte[]> engines = new ArrayList<>();

  /** A check that knows the persistence engines with these names. */
  public RecordCheck(Set<String> engines) {
    for (String engine : engines) {
      this.engines.add(engine.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Marks the records as skipped that the kernel would pass over, and counts each by reason. */
  public void check(ConnBatch batch, LinkCounters counters) {
    for (int i = 0; i < batch.size(); i++) {
      LinkCounter reason = reasonToSkip(batch, i);
      if (reason != null) {
        batch.skip(i);
        counters.increment(reason);
      }
    }
  }

  /** Why the kernel passes this record over, or null when it takes it. */
  public LinkCounter reasonToSkip(ConnBatch batch, int index) {
    if (!batch.isTemplate(index)) {
      ConnProtocol protocol = ConnProtocol.of(batch.protocol(index));
      if (protocol == null) {
        return LinkCounter.UNKNOWN_PROTOCOL;
      }
      if (batch.state(index) >= protocol.numStates()) {
        return LinkCounter.INVALID_STATE;
      }
    }
    if (batch.peDataLength(index) == 0) {
      return null;
    }
    if (batch.peNameLength(index) == 0) {
      return LinkCounter.PE_WITHOUT_NAME;
    }
    return knowsEngine(batch, index) ? null : LinkCounter.UNKNOWN_PE;
  }

  private boolean knowsEngine(ConnBatch batch, int index) {
    for (int e = 0; e < engines.size(); e++) {
      if (isNamed(batch, index, engines.get(e))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamed(ConnBatch batch, int index, byte[] name) {
    // The kernel copies the name into a C string: it ends at the first zero byte.
    int length = batch.peNameLength(index);
    int offset = batch.peNameOffset(index);
    for (int i = 0; i < name.length; i++) {
      if (i >= length || batch.peArea().get(JAVA_BYTE, (long) offset + i) != name[i]) {
        return false;
      }
    }
    return length == name.length || batch.peArea().get(JAVA_BYTE, (long) offset + name.length) == 0;
  }
}
