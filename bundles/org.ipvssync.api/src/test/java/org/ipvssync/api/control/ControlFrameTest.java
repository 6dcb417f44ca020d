package org.ipvssync.api.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.ipvssync.api.control.ControlFrame.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlFrameTest {
  @ParameterizedTest
  @EnumSource
  void shouldComeBackAsItWent(Type type) throws IOException {
    byte[] bytes = new byte[300];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    DataInputStream in =
        in(written(new ControlFrame(type, bytes), ControlFrame.text(type, "grün ≠ €")));

    ControlFrame first = ControlFrame.readFrom(in);
    assertEquals(type, first.type());
    assertArrayEquals(bytes, first.payload());
    ControlFrame second = ControlFrame.readFrom(in);
    assertEquals("grün ≠ €", second.text());
    assertThrows(EOFException.class, () -> ControlFrame.readFrom(in));
  }

  @Test
  void shouldBeALetterALengthAndBytes() throws IOException {
    assertArrayEquals(
        new byte[] {'C', 0, 0, 0, 2, 'l', 's'}, written(ControlFrame.text(Type.COMMAND, "ls")));
    assertArrayEquals(new byte[] {'X', 0, 0, 0, 0}, written(ControlFrame.text(Type.EXIT, "")));
    assertEquals('O', written(ControlFrame.text(Type.OUT, ""))[0]);
    assertEquals('E', written(ControlFrame.text(Type.ERR, ""))[0]);
  }

  @Test
  void shouldEndWithTheStreamWhereverItIsCut() throws IOException {
    byte[] whole = written(ControlFrame.text(Type.OUT, "text"));
    for (int length = 0; length < whole.length; length++) {
      DataInputStream in = in(Arrays.copyOf(whole, length));
      assertThrows(EOFException.class, () -> ControlFrame.readFrom(in));
    }
  }

  @Test
  void shouldRefuseWhatIsNoFrame() {
    IOException letter =
        assertThrows(
            IOException.class, () -> ControlFrame.readFrom(in(new byte[] {'G', 0, 0, 0, 0})));
    assertTrue(letter.getMessage().contains("71"));
  }

  @Test
  void shouldRefuseLengthsBeforeItMakesRoomForThem() throws IOException {
    byte[] longest = written(new ControlFrame(Type.OUT, new byte[ControlFrame.MAX_BYTES]));
    assertEquals(ControlFrame.MAX_BYTES, ControlFrame.readFrom(in(longest)).payload().length);

    byte[] tooLong = {'O', 0, 0x10, 0, 1};
    assertTrue(
        assertThrows(IOException.class, () -> ControlFrame.readFrom(in(tooLong)))
            .getMessage()
            .contains("1048577"));
    byte[] negative = {'O', -1, -1, -1, -1};
    assertThrows(IOException.class, () -> ControlFrame.readFrom(in(negative)));
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static byte[] written(ControlFrame... frames) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (ControlFrame frame : frames) {
      frame.writeTo(out);
    }
    out.flush();
    return bytes.toByteArray();
  }
}
