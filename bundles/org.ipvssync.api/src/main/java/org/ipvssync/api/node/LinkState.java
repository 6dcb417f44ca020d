package org.ipvssync.api.node;

import java.util.Locale;

/** How a link is; {@link #label()} stands in {@code status}. */
public enum LinkState {
  /** The sockets are not open yet, or not yet as a changed configuration asks. */
  STARTING,
  /** Sockets open, data flows. */
  UP,
  /** The sockets could not be opened; it tries again by itself. */
  RETRYING,
  /** A service that the link needs is not there: codec or transport. */
  WAITING,
  /** The configuration is not allowed; the detail says which value. */
  REFUSED,
  /** Ended. */
  STOPPED;

  /** The name in output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
