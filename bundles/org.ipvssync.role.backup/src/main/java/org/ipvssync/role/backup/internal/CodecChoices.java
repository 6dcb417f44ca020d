package org.ipvssync.role.backup.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;

/**
 * The codecs that a backup may read with, and which one reads a message.
 *
 * <p>{@link #decode} belongs to the link's thread; the rest may be called by any.
 */
public final class CodecChoices {
  /** Most codecs that one link names. */
  public static final int MAX_CODECS = 8;

  /** No codec has this name: a choice that is not in use. */
  private static final String UNUSED = "";

  // All are fed with every codec, so that a name that is chosen later finds its service.
  private final List<ServiceChoice<SyncCodec>> choices = new ArrayList<>();

  private volatile int count;
  private volatile int chosen;

  /** Nothing chosen. */
  public CodecChoices() {
    for (int i = 0; i < MAX_CODECS; i++) {
      choices.add(ServiceChoice.ofCodecs(UNUSED));
    }
  }

  /** Names the codecs, in the order in which they are asked. */
  public synchronized void choose(List<String> names) {
    for (int i = 0; i < MAX_CODECS; i++) {
      choices.get(i).choose(i < names.size() ? names.get(i) : UNUSED);
    }
    count = names.size();
    chosen = chosen + 1;
  }

  /** How many are named. */
  int count() {
    return count;
  }

  /** The choice for the name at {@code index}. */
  ServiceChoice<SyncCodec> choice(int index) {
    return choices.get(index);
  }

  /** Differs whenever another codec or another name is chosen. */
  long changes() {
    long changes = chosen;
    for (int i = 0; i < MAX_CODECS; i++) {
      changes += choices.get(i).changes();
    }
    return changes;
  }

  /**
   * A codec has come; see {@link ServiceChoice#add}.
   *
   * @return false when it is no good one, and ignored
   */
  public boolean add(SyncCodec codec, Map<String, ?> properties, String version) {
    boolean good = true;
    for (ServiceChoice<SyncCodec> choice : choices) {
      good &= choice.add(codec, properties, version);
    }
    return good;
  }

  /** A codec goes; returns when no decode is in it. */
  public void remove(SyncCodec codec) {
    for (ServiceChoice<SyncCodec> choice : choices) {
      choice.remove(codec);
    }
  }

  /**
   * Decodes a message with the first chosen codec that reads its version.
   *
   * @return the place of its name among the chosen, or -1 when there is none
   */
  public int decode(int version, Datagram message, ConnBatch into, LinkCounters counters) {
    // No iterator: this runs once a datagram.
    for (int i = 0; i < choices.size(); i++) {
      ServiceChoice<SyncCodec> choice = choices.get(i);
      SyncCodec codec = choice.acquire();
      if (codec != null) {
        try {
          if (codec.version() == version) {
            codec.decode(message, into, counters);
            return i;
          }
        } finally {
          choice.release();
        }
      }
    }
    return -1;
  }

  /** Names of the chosen codecs that are there, separated by commas. */
  public String present() {
    return names(true, ",");
  }

  /** Names of the chosen codecs that are not there, for people. */
  public String absent() {
    return names(false, " or ");
  }

  private String names(boolean present, String separator) {
    return choices.stream()
        .filter(choice -> !choice.name().equals(UNUSED) && choice.isPresent() == present)
        .map(ServiceChoice::name)
        .collect(Collectors.joining(separator));
  }
}
