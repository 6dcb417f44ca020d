package org.ipvssync.api.node;

import java.util.Locale;
import org.osgi.annotation.versioning.ConsumerType;

/** How the node stands with its own kernel's IPVS; registered as a service. Thread-safe. */
@ConsumerType
public interface OwnKernel {
  /** What there is between the two. */
  enum State {
    /** Nothing is wanted: switched off, or no link asks for it. */
    OFF,
    /** It cannot be; the detail says why, and it is tried again by itself. */
    REFUSED,
    /** The links are being made, or the kernel's table is being read or written. */
    STARTING,
    /** The kernel has what the table has, and the other way round. */
    UP,
    /** Somebody else took the kernel's daemons; the detail says what to do. */
    LEFT;

    /** The name in output. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One instant.
   *
   * @param state how it is
   * @param detail one line for people: why it is not up, or empty
   * @param readings how often the kernel's list of connections was read
   * @param connections rows of the last reading
   * @param badLines lines that no reading understood
   * @param sentAgain entries that the kernel had lost and that were sent again
   * @param drops datagrams that the kernel's backup dropped because its buffer was full
   */
  record Status(
      State state,
      String detail,
      long readings,
      long connections,
      long badLines,
      long sentAgain,
      long drops) {}

  /** How it is now. */
  Status status();
}
