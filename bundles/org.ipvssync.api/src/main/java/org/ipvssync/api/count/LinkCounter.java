package org.ipvssync.api.count;

import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The catalogue of everything a link counts. What is dropped, and why, is here or nowhere.
 *
 * <p>{@link #label()} is the name in {@code status --json}.
 */
public enum LinkCounter {
  /** Datagrams received and taken as sync messages, or sent. */
  DATAGRAMS(false, "datagrams received as sync messages, or sent"),
  /** Records decoded, or sent. */
  RECORDS(false, "connection records decoded, or sent"),
  /** Bytes of UDP payload of those datagrams. */
  BYTES(false, "bytes of UDP payload of those datagrams"),

  /** Records that made a new entry. */
  INSERTED(false, "records that made a new entry"),
  /** Records that updated an entry. */
  UPDATED(false, "records that updated an entry"),
  /** Records that replaced an entry by one with another destination. */
  REPLACED(false, "records that replaced an entry: another real server"),
  /** Records that changed nothing because something live was there already. */
  KEPT(false, "copies that met a live entry, which stays"),

  /** Changes announced to the link. */
  CHANGES(false, "changes of connections announced to the link"),
  /** Changes that joined one that was still waiting. */
  COALESCED(false, "changes that joined one still waiting to be sent"),
  /** Copies sent by the periodic refresh or a push. */
  COPIES(false, "records sent as copies: refresh or push"),
  /** Active records sent ahead so that a backup accepts a changed destination. */
  LEADS(false, "active records sent ahead of an inactive one with a new real server"),
  /** Times that the ring of changes was full and the marks were walked instead. */
  RING_OVERFLOWS(false, "times the ring of changes was full and the marks were walked"),
  /** Passes over the whole table that have ended. */
  PASSES(false, "refresh or push passes over the whole table that ended"),
  /** Those of them that somebody had asked for, and that began after everybody had. */
  PUSHED_PASSES(false, "passes that ended and answered every push so far"),

  /** Datagrams that waited for a codec which has gone, or behind one that did. */
  SPOOLED(false, "datagrams that waited for a codec, or behind one that did"),
  /** Control messages: a node asked for the whole table. */
  CONTROL(false, "control messages between nodes, such as a request for the whole table"),
  /** Times that a backup had no socket joined, after its first one. */
  GAPS(false, "times no socket was joined: what was sent then is lost here"),
  /** How long those times were together. */
  UNJOINED_MS(false, "milliseconds without a joined socket"),

  /** A datagram that this node's own sockets sent. */
  OWN_DATAGRAM(true, "datagram sent by this node itself"),
  /** Shorter than a message header. */
  TOO_SHORT(true, "datagram shorter than a message header (4 bytes)"),
  /** Longer than the backup's maximum. */
  TOO_LONG(true, "datagram longer than syncMaxLen"),
  /** The size field is not the datagram's length. */
  SIZE_MISMATCH(true, "datagram whose size field is not its length"),
  /** Another sync id. */
  OTHER_SYNC_ID(true, "datagram with another sync id"),
  /** No codec here understands the version. */
  NO_CODEC(true, "datagram of a version that no enabled codec reads"),
  /** It had to wait for a codec, and there was no room, or the link ended. */
  SPOOL_OVERFLOW(true, "datagram that had to wait and found no room, or the link ended"),
  /** The socket's buffer was full. */
  SOCKET_OVERFLOW(true, "datagram that the kernel dropped: socket receive buffer full"),

  /** The rest of a message: fewer bytes left than a record has. */
  RECORD_CUT_SHORT(true, "rest of a message: a record is cut short"),
  /** The rest of a message: a record's size goes past the end. */
  RECORD_PAST_END(true, "rest of a message: a record's size goes past the end"),
  /** The rest of a message: a record version other than 0. */
  RECORD_VERSION(true, "rest of a message: unknown record version"),
  /** The rest of a message: a record type neither 0 nor odd. */
  RECORD_TYPE(true, "rest of a message: record type neither 0 nor IPv6"),
  /** The rest of a message: a record smaller than its fixed part. */
  RECORD_TOO_SMALL(true, "rest of a message: record smaller than its fixed part"),
  /** The rest of a message: an option is cut short or empty. */
  OPTION_LENGTH(true, "rest of a message: option empty, cut short or too long"),
  /** The rest of a message: an option that comes twice. */
  OPTION_TWICE(true, "rest of a message: an option came twice"),

  /** One record: an option that must be understood and is not. */
  UNKNOWN_OPTION(true, "record with an unknown mandatory option"),
  /** One record: a protocol that IPVS does not balance. */
  UNKNOWN_PROTOCOL(true, "record of a protocol that IPVS does not know"),
  /** One record: a state that the protocol does not have. */
  INVALID_STATE(true, "record with a state that its protocol does not have"),
  /** One record: persistence data without the engine's name. */
  PE_WITHOUT_NAME(true, "record with persistence data but no engine name"),
  /** One record: a persistence engine that is not known here. */
  UNKNOWN_PE(true, "record of an unknown persistence engine"),
  /** One record: one-packet connections are not stored. */
  ONE_PACKET(true, "record of one-packet scheduling, never stored"),
  /** One record: the late word of a connection that was replaced. */
  INACTIVE_ELSEWHERE(true, "inactive record for a connection that has another real server"),
  /** One record: the table is full, or takes no more of the record's key. */
  TABLE_FULL(true, "new connection refused: the table is full"),
  /** One record: there is no table provider. */
  NO_TABLE(true, "record that came while there was no table"),

  /** One change: the codec cannot carry it; it stays pending. */
  HELD_BY_CODEC(true, "change that the codec cannot carry (v0: IPv6, fwmark); held"),
  /** One copy: the codec cannot carry it. */
  COPY_NOT_CARRIED(true, "copy that the codec cannot carry; its changes are held"),
  /** One change: a single record longer than the longest message. */
  RECORD_TOO_LONG(true, "record longer than syncMaxLen allows"),
  /** A datagram that the socket would not send; its changes are pending again. */
  SEND_FAILED(true, "datagram that could not be sent; its changes wait again"),
  /** A fault of this program; what it was busy with was given up, and the log says where. */
  INTERNAL_FAULT(true, "round given up because of a fault in the program: see the log");

  private final boolean drop;
  private final String meaning;
  private final String label;

  LinkCounter(boolean drop, String meaning) {
    this.drop = drop;
    this.meaning = meaning;
    this.label = camelCase(name());
  }

  /** True when the counted thing was dropped or refused. */
  public boolean isDrop() {
    return drop;
  }

  /** What is counted, for people, in one line. */
  public String meaning() {
    return meaning;
  }

  /** The name in status: camel case, such as {@code sizeMismatch}. */
  public String label() {
    return label;
  }

  /** The sum of everything dropped, from where the numbers are. */
  public static long drops(ToLongFunction<LinkCounter> numbers) {
    long sum = 0;
    for (LinkCounter counter : values()) {
      sum += counter.drop ? numbers.applyAsLong(counter) : 0;
    }
    return sum;
  }

  private static String camelCase(String constant) {
    StringBuilder out = new StringBuilder();
    for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
      out.append(out.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return out.toString();
  }
}
