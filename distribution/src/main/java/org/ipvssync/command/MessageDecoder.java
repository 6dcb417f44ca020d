package org.ipvssync.command;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.api.wire.SyncHeader;
import org.ipvssync.command.capture.CapturedDatagram;

/** Decodes captured datagrams one by one and says what a receiver would drop. One thread. */
final class MessageDecoder {
  private final Map<Integer, SyncCodec> codecs;
  private final RecordCheck check = new RecordCheck(RecordCheck.KERNEL_ENGINES);
  private final Datagram message = new Datagram(Datagram.MAX_BYTES);
  private final ConnBatch records = new ConnBatch();

  /**
   * A decoder.
   *
   * @param codecs by the version that they read
   */
  MessageDecoder(Map<Integer, SyncCodec> codecs) {
    this.codecs = codecs;
  }

  DecodedMessage decode(CapturedDatagram datagram) {
    byte[] payload = datagram.payload();
    int length = Math.min(payload.length, message.capacity());
    message.set(payload, 0, length);
    records.clear();
    if (length < SyncHeader.V0_BYTES) {
      return new DecodedMessage(
          datagram, -1, -1, -1, -1, records, List.of(LinkCounter.TOO_SHORT), List.of());
    }
    MemorySegment bytes = message.segment();
    int version = SyncHeader.version(bytes, length);
    int size = SyncHeader.size(bytes);
    int nrConnsAt = version == 0 ? SyncHeader.V0_NR_CONNS : SyncHeader.V1_NR_CONNS;
    return new DecodedMessage(
        datagram,
        version,
        SyncHeader.syncId(bytes),
        size,
        bytes.get(JAVA_BYTE, nrConnsAt) & 0xff,
        records,
        drops(version, size, length),
        skipped());
  }

  private List<LinkCounter> drops(int version, int size, int length) {
    if (size != length) {
      return List.of(LinkCounter.SIZE_MISMATCH);
    }
    SyncCodec codec = codecs.get(version);
    if (codec == null) {
      return List.of(LinkCounter.NO_CODEC);
    }
    LinkCounters counters = new LinkCounters();
    codec.decode(message, records, counters);
    List<LinkCounter> drops = new ArrayList<>();
    counters
        .snapshot()
        .forEach(
            (counter, count) -> {
              for (long i = 0; counter.isDrop() && i < count; i++) {
                drops.add(counter);
              }
            });
    return drops;
  }

  private List<LinkCounter> skipped() {
    List<LinkCounter> skipped = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      skipped.add(check.reasonToSkip(records, i));
    }
    return skipped;
  }
}
