package org.ipvssync.workload.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.ipvssync.api.wire.Datagram;
import org.junit.jupiter.api.Test;

class FeedFrameTest {
  private static final HexFormat HEX = HexFormat.of();

  /** A v1 message of sync id 5 with one record of 36 bytes. */
  private static final String MESSAGE =
      "0005002c01010000" + "0006002400000000" + "00".repeat(4) + "00".repeat(24);

  private final Datagram message = new Datagram(FeedFrame.MAX_MESSAGE_BYTES);

  @Test
  void shouldTakeAMessage() {
    ByteBuffer received = frame("002c" + MESSAGE);
    assertEquals(FeedFrame.Result.MESSAGE, FeedFrame.next(received, message));
    assertArrayEquals(HEX.parseHex(MESSAGE), message.toBytes());
    assertEquals(0, received.remaining());
  }

  @Test
  void shouldTakeOneMessageAfterTheOther() {
    ByteBuffer received = frame("002c" + MESSAGE + "0008" + "0001000800010000" + "00");
    assertEquals(FeedFrame.Result.MESSAGE, FeedFrame.next(received, message));
    assertEquals(FeedFrame.Result.MESSAGE, FeedFrame.next(received, message));
    assertArrayEquals(HEX.parseHex("0001000800010000"), message.toBytes());
    assertEquals(FeedFrame.Result.INCOMPLETE, FeedFrame.next(received, message));
    assertEquals(1, received.remaining());
  }

  @Test
  void shouldWaitForTheRestWhereverAFrameIsCut() {
    byte[] whole = HEX.parseHex("002c" + MESSAGE);
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer received = ByteBuffer.wrap(whole, 0, length);
      assertEquals(FeedFrame.Result.INCOMPLETE, FeedFrame.next(received, message), "at " + length);
      assertEquals(length, received.remaining());
    }
  }

  @Test
  void shouldRefuseWhatIsNoMessage() {
    assertEquals(FeedFrame.Result.MALFORMED, FeedFrame.next(frame("0000"), message));
    assertEquals(FeedFrame.Result.MALFORMED, FeedFrame.next(frame("0007"), message));
    assertEquals(FeedFrame.Result.MALFORMED, FeedFrame.next(frame("ffff"), message));
  }

  @Test
  void shouldRefuseAnotherVersionOrSize() {
    String version2 = "0005000800020000";
    assertEquals(FeedFrame.Result.MALFORMED, FeedFrame.next(frame("0008" + version2), message));
    String size9 = "0005000900010000";
    assertEquals(FeedFrame.Result.MALFORMED, FeedFrame.next(frame("0008" + size9), message));
  }

  private static ByteBuffer frame(String hex) {
    return ByteBuffer.wrap(HEX.parseHex(hex));
  }
}
