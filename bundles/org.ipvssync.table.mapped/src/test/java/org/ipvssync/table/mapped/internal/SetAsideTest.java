package org.ipvssync.table.mapped.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ipvssync.api.table.Conn;
import org.ipvssync.api.table.TableHarness;
import org.ipvssync.table.segment.TableLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what a table has left: kept for who wants to look, never used. */
class SetAsideTest {
  private static final int CAPACITY = 50;
  private static final int ENTRIES = 20;
  private static final TableLayout LAYOUT = new TableLayout(CAPACITY);
  private static final int SLOTS = (int) (FileHeader.BYTES + slotsAt());
  private static final int SIZE = (int) FileHeader.fileBytes(LAYOUT);

  @TempDir Path dir;
  private MappedFolder folder;

  private static long slotsAt() {
    return LAYOUT.bytes() - CAPACITY * (64L + 2 * 64);
  }

  @BeforeEach
  void folder() {
    folder = new MappedFolder(dir);
  }

  private byte[] left(boolean killed) throws IOException {
    TableHarness table = folder.restore(CAPACITY);
    for (int i = 0; i < ENTRIES / 4; i++) {
      table.sync(
          Conn.tcp().from("10.0.0.1", i + 1),
          Conn.tcp6().from("2001:db8::1", i + 1).seq(1, 2, 3, 4, 5, i),
          Conn.sip("a call of which there is more to say than fits into a single extension " + i),
          Conn.template().from("10.0.1." + i, 0));
    }
    if (killed) {
      folder.kill(table);
    } else {
      table.close();
    }
    return Files.readAllBytes(folder.file);
  }

  private void mustBeSetAside(byte[] file) throws IOException {
    Files.write(folder.file, file);
    TableHarness table = folder.restore(CAPACITY);
    assertEquals(0, table.table().size());
    List<String> names = folder.names();
    assertEquals(2, names.size(), names::toString);
    assertTrue(names.get(1).matches("connections\\.table\\.damaged-[0-9T.]+Z"), names::toString);
    assertArrayEquals(file, Files.readAllBytes(dir.resolve(names.get(1))), "as it was");
    table.sync(Conn.tcp());
    table.close();
    TableHarness back = folder.restore(CAPACITY);
    assertTrue(back.has(Conn.tcp()), "and it goes on");
    back.close();
  }

  private void mustBeTrusted(byte[] file) throws IOException {
    Files.write(folder.file, file);
    TableHarness table = folder.restore(CAPACITY);
    assertEquals(ENTRIES, table.living());
    table.close();
    assertEquals(1, folder.names().size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTrustWhatIsWhole(boolean killed) throws IOException {
    mustBeTrusted(left(killed));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, -64 * 100, -4096, -1})
  void shouldSetAsideWhatIsCut(int at) throws IOException {
    byte[] file = left(false);
    mustBeSetAside(Arrays.copyOf(file, at < 0 ? file.length + at : at));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 4096})
  void shouldSetAsideWhatHasGrown(int by) throws IOException {
    byte[] file = left(false);
    mustBeSetAside(Arrays.copyOf(file, file.length + by));
  }

  @Test
  void shouldSetAsideAnotherVersion() throws IOException {
    byte[] file = left(false);
    ByteBuffer.wrap(file)
        .order(ByteOrder.nativeOrder())
        .putInt((int) FileHeader.VERSION_AT, FileHeader.VERSION + 1);
    mustBeSetAside(file);
  }

  @Test
  void shouldSetAsideWhatTheMachineHadNoTimeToWrite() throws IOException {
    byte[] file = left(true);
    folder.bootId = "another";
    mustBeSetAside(file);
  }

  @Test
  void shouldSetAsideWhatWasNotClosedWhenNobodyKnowsWhetherTheMachineStopped() throws IOException {
    folder.bootId = "";
    mustBeSetAside(left(true));
  }

  @Test
  void shouldTrustWhatWasClosedBeforeTheMachineStopped() throws IOException {
    byte[] file = left(false);
    folder.bootId = "another";
    mustBeTrusted(file);
  }

  static IntStream pages() {
    return IntStream.range(0, SIZE / 4096).filter(page -> used(4096 * page));
  }

  /** True for a page that holds a part of the header, a bucket or slot in use. */
  private static boolean used(int at) {
    return at < 4096 || at + 4096 > SLOTS && at < SLOTS + 64 * ENTRIES;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldSetAsideAPageOfZeros(int page) throws IOException {
    byte[] file = left(true);
    Arrays.fill(file, 4096 * page, 4096 * page + 4096, (byte) 0);
    mustBeSetAside(file);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldSetAsideAPageOfGarbage(int page) throws IOException {
    byte[] file = left(true);
    SplittableRandom random = new SplittableRandom(page);
    for (int i = 0; i < 4096; i++) {
      file[4096 * page + i] = (byte) random.nextInt();
    }
    mustBeSetAside(file);
  }

  /** In a file that was closed every bit of what is used counts. */
  @Test
  void shouldSetAsideEveryBitThatIsWrongInAClosedFile() throws IOException {
    byte[] file = left(false);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 200; i++) {
      int at = i % 3 == 0 ? random.nextInt(76) : random.nextInt(4096, SLOTS + 64 * ENTRIES);
      flipAndRestore(file, at, random.nextInt(8));
    }
  }

  /** Of a killed process's table, every bit of the entries themselves. */
  @Test
  void shouldSetAsideEveryBitThatIsWrongInAnEntryOfAKilledProcess() throws IOException {
    byte[] file = left(true);
    for (int bit = 0; bit < 8 * (64 - 16); bit++) {
      int slot = bit % ENTRIES;
      flipAndRestore(file, SLOTS + 64 * slot + 16 + bit / 8, bit % 8);
    }
    int extensions = SLOTS + 64 * CAPACITY;
    for (int bit = 0; bit < 8 * 64; bit++) {
      flipAndRestore(file, extensions + 64 * (bit % 10) + bit / 8, bit % 8);
    }
  }

  /** Whatever is wrong in chains and counts: no entry comes of it that was not there. */
  @Test
  void shouldInventNothingWhateverBitIsWrong() throws IOException {
    byte[] file = left(true);
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 400; i++) {
      int at = i % 2 == 0 ? random.nextInt(4096 + 128) : random.nextInt(SLOTS);
      flip(file, at, i % 8);
      TableHarness table = folder.restore(CAPACITY);
      int living = table.living();
      assertTrue(living == ENTRIES || living == 0, "byte " + at + ": " + living);
      table.close();
    }
  }

  private void flip(byte[] file, int at, int bit) throws IOException {
    byte[] flipped = file.clone();
    flipped[at] ^= (byte) (1 << bit);
    Files.write(folder.file, flipped);
  }

  private void flipAndRestore(byte[] file, int at, int bit) throws IOException {
    flip(file, at, bit);
    TableHarness table = folder.restore(CAPACITY);
    assertEquals(0, table.table().size(), "bit " + bit + " of byte " + at);
    table.close();
  }

  @Test
  void shouldKeepTheTwoNewestThatWereSetAside() throws IOException {
    for (int i = 0; i < 4; i++) {
      Files.write(folder.file, new byte[10 + i]);
      folder.wallMs += i % 2 == 0 ? 0 : 60_000;
      folder.restore(CAPACITY).close();
    }
    List<String> names = folder.names();
    assertEquals(3, names.size(), names::toString);
    assertEquals(12, Files.size(dir.resolve(names.get(1))));
    assertEquals(13, Files.size(dir.resolve(names.get(2))));
  }
}
