package org.ipvssync.api.node;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Asks peers for their whole table; registered as a service. Thread-safe. */
@ProviderType
public interface TableResync {
  /** How far a resync is. */
  enum State {
    /** None was begun: no link is up. */
    NONE,
    /** Peers are asked who has a table. */
    ASKING,
    /** A peer's table is coming. */
    RECEIVING,
    /** Everything that a peer had is here. */
    DONE,
    /** Nobody answered in time: there is nobody to ask. */
    NOBODY,
    /** A peer began and did not end; what came is kept. */
    FAILED
  }

  /**
   * The latest resync.
   *
   * @param number counts resyncs from 1; 0 before the first
   * @param state how far it is
   * @param peer address of the peer that answers, or empty
   * @param total connections that the peer said it has
   * @param received records that came
   * @param detail one line for people, or empty
   */
  record Status(long number, State state, String peer, long total, long received, String detail) {
    /** True when it has come to an end, whichever. */
    public boolean hasEnded() {
      return state == State.DONE || state == State.NOBODY || state == State.FAILED;
    }
  }

  /**
   * Begins a resync on every network link's group, unless one is going on.
   *
   * @return the number of the one that goes on now; 0 when there is no link to ask through
   */
  long begin();

  /** The latest one. */
  Status status();

  /** What asking and answering have counted since the node started, by names; zeros left out. */
  default Map<String, Long> counters() {
    return Map.of();
  }
}
