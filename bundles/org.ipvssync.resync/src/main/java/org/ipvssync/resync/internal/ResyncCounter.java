package org.ipvssync.resync.internal;

import java.util.Locale;

/** Everything that resyncs count, on both sides; {@link #label()} is the name in output. */
enum ResyncCounter {
  /** Not a control message at all. */
  NOT_CONTROL("datagrams that are no control message"),
  /** Its size field is not its length. */
  CONTROL_SIZE("control messages whose size field is not their length"),
  /** A kind or a layout that is not known here. */
  CONTROL_UNKNOWN("control messages of an unknown kind or layout"),
  /** Shorter than its kind is. */
  CONTROL_CUT_SHORT("control messages that are cut short"),
  /** Nobody took them out of the queue in time. */
  INBOX_FULL("control messages dropped: too many at once"),
  /** Of a kind that nobody sends there. */
  OUT_OF_PLACE("control messages of a kind that does not belong there"),
  /** What this node asked itself. */
  OWN_REQUESTS("requests of this node itself"),
  /** Requests of others. */
  REQUESTS("requests of other nodes"),
  /** Another cluster in the same group. */
  OTHER_SYNC_ID("requests dropped: a sync id that no link here has"),
  /** Over the limit, for one source or for all. */
  REQUESTS_OVER_LIMIT("requests dropped: over the limit a second"),
  /** There is no table here to offer. */
  REQUESTS_WITHOUT_TABLE("requests dropped: no table here"),
  /** Requests that were answered. */
  OFFERS("offers of the own table sent"),
  /** The return way is not proven. */
  PULLS_WITHOUT_COOKIE("pulls dropped: no valid cookie"),
  /** Told to wait: as many peers as are allowed are being answered. */
  SESSIONS_FULL("pulls that must wait: too many peers at once"),
  /** Told to wait: other reasons. */
  WAITS("pulls that must wait: table being refreshed, no codec, or over the limit a second"),
  /** Pages sent. */
  PAGES_SENT("pages of the table sent"),
  /** Records sent in them. */
  RECORDS_SENT("connections sent in pages"),
  /** A record that no message holds. */
  RECORDS_TOO_LONG("connections that no message of the peer's length holds"),
  /** The socket would not send it. */
  SEND_FAILED("datagrams that could not be sent"),
  /** From somebody else than the chosen peer, or of another resync. */
  STRANGERS("datagrams of others than the chosen peer, or of another resync"),
  /** Of a page that was asked for again since. */
  LATE("datagrams of a page that was asked for again since"),
  /** Came already. */
  TWICE("datagrams that came twice"),
  /** Offers beyond what is looked at. */
  OFFERS_OVER_LIMIT("offers beyond those that are looked at"),
  /** No codec was there to read it; the page is asked for again. */
  NO_CODEC("datagrams dropped: the codec was not there"),
  /** Pages that did not come whole. */
  PAGES_AGAIN("pages asked for again");

  private final String meaning;
  private final String label;

  ResyncCounter(String meaning) {
    this.meaning = meaning;
    StringBuilder out = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
      out.append(out.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    this.label = out.toString();
  }

  /** What is counted, for people. */
  String meaning() {
    return meaning;
  }

  /** The name in output, camel case. */
  String label() {
    return label;
  }
}
