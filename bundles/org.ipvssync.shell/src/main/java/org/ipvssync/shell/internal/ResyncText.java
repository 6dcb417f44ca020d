package org.ipvssync.shell.internal;

import java.util.Locale;
import org.ipvssync.api.node.TableResync;

/** How far a resync is, for people. */
final class ResyncText {
  private ResyncText() {}

  /** One line, without its end. */
  static String line(TableResync.Status status) {
    String line =
        switch (status.state()) {
          case NONE -> "none yet";
          case ASKING -> "asking who has a table";
          case RECEIVING -> "receiving, " + came(status);
          case DONE -> "done, " + came(status);
          case NOBODY -> nobody(status);
          case FAILED -> "failed, " + came(status);
        };
    return status.detail().isEmpty() || status.state() == TableResync.State.NOBODY
        ? line
        : line + "; " + status.detail();
  }

  /** Whoever asked knows for how long. */
  private static String nobody(TableResync.Status status) {
    return (status.detail().isEmpty() ? "nobody answered in time" : status.detail())
        + ": no other node of ipvs-syncd is running there";
  }

  private static String came(TableResync.Status status) {
    return String.format(Locale.ROOT, "%,d of %,d connections", status.received(), status.total())
        + (status.peer().isEmpty() ? "" : " from " + status.peer());
  }
}
