package org.ipvssync.command.demo;

/**
 * What the workload has said of one key: its latest version, and those before it back to the last
 * that the master has had time to send. Guarded by the model's lock.
 */
final class ModelEntry {
  /** What the verdict says of an entry. */
  enum Outcome {
    /** Nothing yet. */
    OPEN,
    /** On the promoted node as the workload left it. */
    SYNCED,
    /** Changed so shortly before the kill that the master need not have sent it. */
    UNSENT,
    /** The master had time to send it, and it is not there, or only with an older state. */
    LOST,
    /** Its life was over. */
    EXPIRED
  }

  private static final long NANOS_PER_S = 1_000_000_000L;

  private Version latest;
  private Outcome outcome = Outcome.OPEN;

  /** One state of an entry. */
  static final class Version {
    private final int state;
    private final Destination destination;
    private final int timeoutS;
    private final long message;
    private final long givenNanos;
    private Version previous;
    private boolean seen;

    /**
     * A version that nobody has seen yet.
     *
     * @param message number of the feed's message that told it
     * @param givenNanos when it was given to the master
     */
    Version(int state, Destination destination, int timeoutS, long message, long givenNanos) {
      this.state = state;
      this.destination = destination;
      this.timeoutS = timeoutS;
      this.message = message;
      this.givenNanos = givenNanos;
    }

    /** True when a record of that state and real server tells this version. */
    boolean isTold(int recordState, Destination recordDestination) {
      return state == recordState && destination.equals(recordDestination);
    }

    /** True when it is at that real server. */
    boolean isOf(Destination other) {
      return destination.equals(other);
    }

    /** True when the feed's message that told it is among the first so many. */
    boolean isWithin(long messages) {
      return message <= messages;
    }

    /** When the version's life ends if nothing follows it. */
    long endNanos() {
      return givenNanos + timeoutS * NANOS_PER_S;
    }

    /** When it was given to the master. */
    long givenNanos() {
      return givenNanos;
    }

    /** The one before it, or null. */
    Version previous() {
      return previous;
    }

    /** True once it, or one that followed it, was on the wire. */
    boolean isSeen() {
      return seen;
    }

    /** Says that it, or one that followed it, was on the wire. */
    void setSeen() {
      seen = true;
    }
  }

  /**
   * Puts a version in front, and forgets those that nothing asks for any more.
   *
   * @param settledMessages how many of the feed's messages the master has had time to send
   */
  void add(Version version, long settledMessages) {
    version.previous = latest;
    if (latest != null && latest.isWithin(settledMessages) && latest.seen) {
      latest.previous = null;
    }
    latest = version;
  }

  /** The latest version. */
  Version latest() {
    return latest;
  }

  /** The latest version that such a record tells, or null. */
  Version find(int state, Destination destination) {
    Version v = latest;
    while (v != null && !v.isTold(state, destination)) {
      v = v.previous;
    }
    return v;
  }

  /** The latest version among the first so many messages, or null. */
  Version settled(long messages) {
    Version v = latest;
    while (v != null && !v.isWithin(messages)) {
      v = v.previous;
    }
    return v;
  }

  /** The verdict, OPEN before there is one. */
  Outcome outcome() {
    return outcome;
  }

  /** Sets the verdict. */
  void setOutcome(Outcome outcome) {
    this.outcome = outcome;
  }
}
