package org.ipvssync.api.wire;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounters;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads and writes sync messages of one version.
 *
 * <p>Stateless and thread-safe: several links use one codec at once, each with its own batch and
 * datagram. Nothing is allocated a call. Registered as a service with {@link #NAME_PROPERTY}, and
 * for tools outside a framework through {@link java.util.ServiceLoader}.
 */
@ConsumerType
public interface SyncCodec {
  /** Service property that holds {@link #name()}. */
  String NAME_PROPERTY = "ipvssync.codec";

  /** The name by which configuration chooses the codec, such as {@code v1}. */
  String name();

  /** The version of messages that it reads: what {@link SyncHeader#version} gives. */
  int version();

  /** True when a record says how long it lives; without it copies cannot be sent (v0). */
  boolean carriesTimeout();

  /** True when record {@code index} can be said in this version without loss that matters. */
  boolean carries(ConnBatch batch, int index);

  /**
   * Decodes a message whose size and version were checked with {@link SyncHeader}.
   *
   * <p>Clears {@code into} and fills it with the records that a kernel would look at, in order,
   * with version and sync id of the message. Malformed input never throws: what stops the message
   * keeps the records before it, what spoils one record leaves that one out, and each is counted
   * once by its reason. What the records mean is not judged here; see RecordCheck.
   *
   * @param message at least {@link SyncHeader#V0_BYTES} long
   * @param into of capacity {@link ConnBatch#MAX_MESSAGE_RECORDS} at least
   */
  void decode(Datagram message, ConnBatch into, LinkCounters counters);

  /**
   * Encodes records {@code from}, {@code from + 1} … of a batch into one message.
   *
   * <p>Stops at the batch's end, at 255 records, or where the next record would pass {@code
   * maxLength}; passes over records that are skipped or that it does not carry. Sets the length of
   * {@code into}; 0 when no record was written.
   *
   * @param syncId 0 to 255
   * @param maxLength longest message, bytes, at most the capacity of {@code into}
   * @return the index of the first record not looked at; equal to {@code from} only when that
   *     record alone is longer than {@code maxLength}, or at the batch's end
   */
  int encode(ConnBatch batch, int from, int syncId, int maxLength, Datagram into);
}
