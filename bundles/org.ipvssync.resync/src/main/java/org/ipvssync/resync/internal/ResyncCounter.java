package org.ipvssync.resync.internal;

import java.util.Locale;

/** Everything that resyncs count, on both sides; {@link #label()} is the name in output. */
enum ResyncCounter {
  /** Datagrams that are no control message. */
  NOT_CONTROL,
  /** Control messages whose size field is not their length. */
  CONTROL_SIZE,
  /** Control messages of an unknown kind or layout. */
  CONTROL_UNKNOWN,
  /** Control messages that are cut short. */
  CONTROL_CUT_SHORT,
  /** Control messages dropped: too many at once. */
  INBOX_FULL,
  /** Control messages of a kind that does not belong there. */
  OUT_OF_PLACE,
  /** Requests of this node itself. */
  OWN_REQUESTS,
  /** Requests of other nodes. */
  REQUESTS,
  /** Requests dropped: a sync id that no link here has. */
  OTHER_SYNC_ID,
  /** Requests dropped: over the limit a second. */
  REQUESTS_OVER_LIMIT,
  /** Requests dropped: no table here. */
  REQUESTS_WITHOUT_TABLE,
  /** Offers of the own table sent. */
  OFFERS,
  /** Pulls dropped: no valid cookie. */
  PULLS_WITHOUT_COOKIE,
  /** Pulls that must wait: too many peers at once. */
  SESSIONS_FULL,
  /** Pulls that must wait: table being refreshed, no codec, or over the limit a second. */
  WAITS,
  /** Pages of the table sent. */
  PAGES_SENT,
  /** Connections sent in pages. */
  RECORDS_SENT,
  /** Connections that no message of the peer's length holds. */
  RECORDS_TOO_LONG,
  /** Datagrams that could not be sent. */
  SEND_FAILED,
  /** Datagrams of others than the chosen peer, or of another resync. */
  STRANGERS,
  /** Datagrams of a page that was asked for again since. */
  LATE,
  /** Datagrams that came twice. */
  TWICE,
  /** Offers beyond those that are looked at. */
  OFFERS_OVER_LIMIT,
  /** Datagrams dropped: the codec was not there. */
  NO_CODEC,
  /** Pages asked for again. */
  PAGES_AGAIN;

  private final String label;

  ResyncCounter() {
    StringBuilder out = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
      out.append(out.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    this.label = out.toString();
  }

  /** The name in output, camel case. */
  String label() {
    return label;
  }
}
