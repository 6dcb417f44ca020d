package org.ipvssync.api.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.RecordCheck;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.count.LinkCounters;
import org.ipvssync.api.fake.Allocations;
import org.ipvssync.vectors.CapturedDatagram;
import org.ipvssync.vectors.ConnRow;
import org.ipvssync.vectors.EdgeCase;
import org.ipvssync.vectors.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every codec does. A module that extends it also needs org.ipvssync.vectors in its tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CodecContractTest {
  /** Enough of the long captures for tests that take each datagram apart. */
  private static final int SOME_DATAGRAMS = 3;

  private static final int SYNC_ID = 0xa5;

  /** The codec under test; it takes the sequence data of a little-endian kernel. */
  protected abstract SyncCodec codec();

  /** Appends a random record that comes back from the wire as it is. */
  protected abstract void addRandomRecord(RandomGenerator random, ConnBatch batch);

  /** The captures of the codec's version. */
  protected List<Scenario> scenarios() {
    return Scenario.all().stream().filter(s -> s.version() == codec().version()).toList();
  }

  /** The made datagrams that come to this codec: sound in length and sync id, of its version. */
  protected List<EdgeCase> edgeCases() {
    return EdgeCase.all().stream().filter(this::comesToTheCodec).toList();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldDecodeEveryCapturedDatagramWithoutADrop(Scenario scenario) {
    LinkCounters counters = new LinkCounters();
    ConnBatch batch = new ConnBatch();
    int records = 0;
    for (CapturedDatagram captured : scenario.datagrams()) {
      codec().decode(Datagram.of(captured.payload()), batch, counters);

      assertEquals(captured.payload()[1] & 0xff, batch.syncId());
      assertEquals(scenario.version(), batch.version());
      records += batch.size();
      new RecordCheck(RecordCheck.KERNEL_ENGINES).check(batch, counters);
    }
    assertEquals(scenario.records(), records);
    assertNothingCounted(counters);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldEncodeWhatItDecodedToTheSameBytes(Scenario scenario) {
    ConnBatch batch = new ConnBatch();
    Datagram again = new Datagram(Datagram.MAX_BYTES);
    for (CapturedDatagram captured : scenario.datagrams()) {
      byte[] payload = captured.payload();
      codec().decode(Datagram.of(payload), batch, new LinkCounters());
      // What the memory held before must not shine through.
      again.segment().fill((byte) 0xee);

      int next = codec().encode(batch, 0, batch.syncId(), payload.length, again);

      assertEquals(batch.size(), next);
      assertArrayEquals(payload, again.toBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldFindEveryConnectionOfTheKernelsTableInTheCapture(Scenario scenario) {
    TreeSet<String> decoded = new TreeSet<>();
    ConnBatch batch = new ConnBatch();
    for (CapturedDatagram captured : scenario.datagrams()) {
      codec().decode(Datagram.of(captured.payload()), batch, new LinkCounters());
      for (int i = 0; i < batch.size(); i++) {
        decoded.add(KernelWord.connection(batch, i));
      }
    }
    for (ConnRow row : scenario.backupRows()) {
      assertTrue(decoded.contains(KernelWord.connection(row)), () -> "not in the capture: " + row);
    }
  }

  @ParameterizedTest
  @MethodSource("edgeCases")
  void shouldTakeFromAMadeDatagramWhatTheKernelTook(EdgeCase edge) {
    for (EdgeCase.Step step : edge.steps()) {
      LinkCounters counters = new LinkCounters();
      ConnBatch batch = new ConnBatch();
      codec().decode(Datagram.of(step.payload()), batch, counters);
      new RecordCheck(RecordCheck.KERNEL_ENGINES).check(batch, counters);

      TreeSet<String> taken = new TreeSet<>();
      for (int i = 0; i < batch.size(); i++) {
        if (!batch.isSkipped(i)) {
          taken.add(
              edge.steps().size() == 1
                  ? KernelWord.row(batch, i)
                  : KernelWord.connection(batch, i));
        }
      }
      TreeSet<String> expected = new TreeSet<>();
      for (ConnRow row : step.rows()) {
        expected.add(edge.steps().size() == 1 ? KernelWord.row(row) : KernelWord.connection(row));
      }
      assertEquals(expected, taken);
      assertEquals(KernelWord.kernelReasons(step), KernelWord.drops(counters));
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void shouldKeepTheRecordsBeforeACutAtEveryByte(Scenario scenario) {
    ConnBatch whole = new ConnBatch();
    ConnBatch part = new ConnBatch();
    for (CapturedDatagram captured : scenario.datagrams().stream().limit(SOME_DATAGRAMS).toList()) {
      byte[] payload = captured.payload();
      codec().decode(Datagram.of(payload), whole, new LinkCounters());
      List<String> all = Records.of(whole);
      Datagram cut = Datagram.of(payload);
      int kept = 0;
      for (int length = 0; length < payload.length; length++) {
        LinkCounters counters = new LinkCounters();
        cut.setLength(length);
        codec().decode(cut, part, counters);

        assertTrue(part.size() == kept || part.size() == kept + 1, "records come one by one");
        if (part.size() != kept) {
          kept = part.size();
          assertEquals(all.subList(0, kept), Records.of(part));
        }
        assertEquals(1, counters.drops(), "the cut is counted once");
      }
      assertEquals(all.size() - 1, kept);
    }
  }

  @Test
  void shouldStandAnyBytes() {
    Random random = new Random(20_251);
    ConnBatch batch = new ConnBatch();
    Datagram message = new Datagram(2000);
    for (int round = 0; round < 40_000; round++) {
      byte[] bytes = new byte[random.nextInt(message.capacity())];
      random.nextBytes(bytes);
      message.set(bytes, 0, bytes.length);
      decodeAnything(message, batch);
    }
  }

  @Test
  void shouldStandMutatedCaptures() {
    Random random = new Random(20_252);
    ConnBatch batch = new ConnBatch();
    int decoded = 0;
    for (Scenario scenario : scenarios()) {
      for (CapturedDatagram captured :
          scenario.datagrams().stream().limit(SOME_DATAGRAMS).toList()) {
        Datagram message = Datagram.of(captured.payload());
        for (int round = 0; round < 500; round++) {
          byte[] mutated = captured.payload().clone();
          for (int flips = random.nextInt(1, 8); flips > 0; flips--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
          }
          message.set(mutated, 0, random.nextInt(mutated.length + 1));
          decoded += decodeAnything(message, batch);
        }
      }
    }
    assertTrue(decoded > 0, "some records survive a flipped byte");
  }

  @Test
  void shouldBringRecordsBackAsTheyWere() {
    Random random = new Random(20_253);
    ConnBatch sent = new ConnBatch();
    ConnBatch received = new ConnBatch();
    Datagram message = new Datagram(Datagram.MAX_BYTES);
    for (int round = 0; round < 300; round++) {
      sent.clear();
      for (int records = random.nextInt(1, 60); records > 0; records--) {
        addRandomRecord(random, sent);
      }
      LinkCounters counters = new LinkCounters();

      assertEquals(sent.size(), codec().encode(sent, 0, SYNC_ID, Datagram.MAX_BYTES, message));
      assertHeader(message);
      codec().decode(message, received, counters);

      assertEquals(SYNC_ID, received.syncId());
      assertEquals(codec().version(), received.version());
      assertEquals(Records.of(sent), Records.of(received));
      assertNothingCounted(counters);
    }
  }

  @Test
  void shouldFillMessagesUpToAnyLength() {
    Random random = new Random(20_254);
    ConnBatch sent = new ConnBatch();
    for (int i = 0; i < 12; i++) {
      addRandomRecord(random, sent);
    }
    Datagram message = new Datagram(Datagram.MAX_BYTES);
    codec().encode(sent, 0, SYNC_ID, Datagram.MAX_BYTES, message);
    int wholeLength = message.length();
    for (int maxLength = 0; maxLength <= wholeLength; maxLength++) {
      message.segment().fill((byte) 0xee);
      int next = codec().encode(sent, 0, SYNC_ID, maxLength, message);

      assertTrue(message.length() <= maxLength);
      assertEquals(
          (byte) 0xee, message.segment().get(JAVA_BYTE, maxLength), "a byte beyond the limit");
      assertEquals(next == 0, message.length() == 0);
      assertFilled(sent, next, maxLength, message);
    }
  }

  @Test
  void shouldSpreadABatchOverMessages() {
    Random random = new Random(20_255);
    ConnBatch sent = new ConnBatch();
    while (!sent.isFull()) {
      addRandomRecord(random, sent);
    }
    Datagram message = new Datagram(1472);
    ConnBatch received = new ConnBatch();
    List<String> all = new ArrayList<>();
    int next = 0;
    while (next < sent.size()) {
      int from = next;
      next = codec().encode(sent, from, SYNC_ID, 1472, message);
      assertTrue(next > from, "every record fits into a message");
      codec().decode(message, received, new LinkCounters());
      all.addAll(Records.of(received));
    }
    assertEquals(Records.of(sent), all);
  }

  @Test
  void shouldNeverWriteMoreThan255Records() {
    ConnBatch batch = new ConnBatch(600);
    for (int i = 0; i < 600; i++) {
      Records.addConnection(batch, i);
    }
    Datagram message = new Datagram(Datagram.MAX_BYTES);
    ConnBatch received = new ConnBatch();

    assertEquals(255, codec().encode(batch, 0, SYNC_ID, Datagram.MAX_BYTES, message));
    codec().decode(message, received, new LinkCounters());
    assertEquals(255, received.size());
    assertEquals(510, codec().encode(batch, 255, SYNC_ID, Datagram.MAX_BYTES, message));
    assertEquals(600, codec().encode(batch, 510, SYNC_ID, Datagram.MAX_BYTES, message));
    codec().decode(message, received, new LinkCounters());
    assertEquals(90, received.size());
    assertEquals(599, received.cport(89));
  }

  @Test
  void shouldStayAtARecordThatAloneIsTooLong() {
    ConnBatch batch = new ConnBatch();
    Records.addConnection(batch, 1);
    Datagram message = new Datagram(1472);
    codec().encode(batch, 0, SYNC_ID, 1472, message);
    int needed = message.length();

    assertEquals(0, codec().encode(batch, 0, SYNC_ID, needed - 1, message));
    assertEquals(0, message.length());
    assertEquals(1, codec().encode(batch, 0, SYNC_ID, needed, message));
    assertEquals(needed, message.length());
  }

  @Test
  void shouldSayThatNothingIsLeft() {
    ConnBatch batch = new ConnBatch();
    Datagram message = new Datagram(1472);
    message.setLength(99);
    assertEquals(0, codec().encode(batch, 0, SYNC_ID, 1472, message));
    assertEquals(0, message.length());
    Records.addConnection(batch, 1);
    assertEquals(1, codec().encode(batch, 1, SYNC_ID, 1472, message));
    assertEquals(0, message.length());
  }

  @Test
  void shouldPassOverSkippedRecords() {
    ConnBatch batch = new ConnBatch();
    for (int i = 0; i < 4; i++) {
      Records.addConnection(batch, i);
    }
    batch.skip(0);
    batch.skip(2);
    Datagram message = new Datagram(1472);
    ConnBatch received = new ConnBatch();

    assertEquals(4, codec().encode(batch, 0, SYNC_ID, 1472, message));
    codec().decode(message, received, new LinkCounters());
    assertEquals(2, received.size());
    assertEquals(1, received.cport(0));
    assertEquals(3, received.cport(1));

    assertEquals(1, codec().encode(batch, 0, SYNC_ID, message.length() / 4, message));
    assertEquals(0, message.length(), "only a skipped record was passed, the next is too long");
  }

  @Test
  void shouldNeverSendTheFlagHashed() {
    ConnBatch batch = new ConnBatch();
    batch.setFlags(Records.addConnection(batch, 1), ConnFlags.HASHED | ConnFlags.NOOUTPUT);
    Datagram message = new Datagram(1472);
    codec().encode(batch, 0, SYNC_ID, 1472, message);
    codec().decode(message, batch, new LinkCounters());
    assertEquals(ConnFlags.NOOUTPUT, batch.flags(0));
  }

  @Test
  void shouldForgetTheMessageBefore() {
    ConnBatch batch = new ConnBatch();
    Records.addConnection(batch, 1);
    LinkCounters counters = new LinkCounters();
    codec().decode(Datagram.of(new byte[] {0}), batch, counters);
    assertEquals(0, batch.size());
    assertEquals(1, counters.get(LinkCounter.TOO_SHORT));
  }

  @Test
  void shouldBeFoundWithoutAFramework() {
    List<SyncCodec> found =
        ServiceLoader.load(SyncCodec.class).stream()
            .filter(provider -> provider.type() == codec().getClass())
            .map(ServiceLoader.Provider::get)
            .toList();
    assertEquals(1, found.size());
    assertEquals(codec().name(), found.getFirst().name());
    assertEquals("v" + codec().version(), codec().name());
  }

  @Test
  void shouldAllocateNothingOnceWarm() {
    List<Datagram> messages = new ArrayList<>();
    for (Scenario scenario : scenarios()) {
      messages.add(Datagram.of(scenario.datagrams().getFirst().payload()));
    }
    SyncCodec codec = codec();
    ConnBatch batch = new ConnBatch();
    Datagram again = new Datagram(Datagram.MAX_BYTES);
    LinkCounters counters = new LinkCounters();
    // The compiler decides when it is warm; one round without a byte is the proof.
    long allocated =
        Allocations.leastOf(
            2000,
            1,
            () -> {
              for (int turn = 0; turn < 100; turn++) {
                for (int i = 0; i < messages.size(); i++) {
                  codec.decode(messages.get(i), batch, counters);
                  codec.encode(batch, 0, SYNC_ID, Datagram.MAX_BYTES, again);
                }
              }
            });
    assertEquals(0, allocated);
  }

  private boolean comesToTheCodec(EdgeCase edge) {
    for (EdgeCase.Step step : edge.steps()) {
      Datagram message = Datagram.of(step.payload());
      int syncId = SyncHeader.syncId(message.segment());
      if (SyncHeader.size(message.segment()) != message.length()
          || edge.backupSyncId() != 0 && syncId != edge.backupSyncId()
          || SyncHeader.version(message.segment(), message.length()) != codec().version()) {
        return false;
      }
    }
    return true;
  }

  private int decodeAnything(Datagram message, ConnBatch batch) {
    LinkCounters counters = new LinkCounters();
    codec().decode(message, batch, counters);
    assertEquals(0, counters.get(LinkCounter.RECORDS));
    assertTrue(batch.size() + counters.drops() <= ConnBatch.MAX_MESSAGE_RECORDS);
    return batch.size();
  }

  /** The message holds the first {@code next} records, and one more would not have gone in. */
  private void assertFilled(ConnBatch sent, int next, int maxLength, Datagram message) {
    ConnBatch received = new ConnBatch();
    if (next > 0) {
      assertHeader(message);
      codec().decode(message, received, new LinkCounters());
    }
    assertEquals(Records.of(sent).subList(0, next), Records.of(received));
    if (next < sent.size()) {
      ConnBatch more = new ConnBatch();
      for (int i = 0; i <= next; i++) {
        more.addCopy(sent, i);
      }
      Datagram longer = new Datagram(Datagram.MAX_BYTES);
      assertEquals(next + 1, codec().encode(more, 0, SYNC_ID, Datagram.MAX_BYTES, longer));
      assertTrue(longer.length() > maxLength);
    }
  }

  private void assertHeader(Datagram message) {
    assertEquals(message.length(), SyncHeader.size(message.segment()));
    assertEquals(SYNC_ID, SyncHeader.syncId(message.segment()));
    assertEquals(codec().version(), SyncHeader.version(message.segment(), message.length()));
  }

  private static void assertNothingCounted(LinkCounters counters) {
    counters
        .snapshot()
        .forEach((counter, count) -> assertEquals(0, count, () -> "counted: " + counter));
  }
}
