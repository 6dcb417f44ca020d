package org.ipvssync.api.control;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One frame on the control socket: a letter, a length, bytes.
 *
 * <p>The client sends COMMAND frames, each a line in the shell's language; the node answers with
 * any number of OUT and ERR frames and then one EXIT. A connection is one shell session: variables
 * and the like last from command to command. Closing the connection ends a command that runs.
 *
 * @param type what the payload is
 * @param payload at most {@link #MAX_BYTES}
 */
public record ControlFrame(Type type, byte[] payload) {
  /** Longest payload, bytes. */
  public static final int MAX_BYTES = 1 << 20;

  /**
   * Exit status of a command that came too late: the node is ending and takes no more. Another node
   * may do it once this one is gone.
   */
  public static final int EXIT_ENDING = 3;

  /** What a frame carries. */
  public enum Type {
    /** A command line, UTF-8; from the client. */
    COMMAND('C'),
    /** Bytes for standard output. */
    OUT('O'),
    /** Bytes for standard error. */
    ERR('E'),
    /** The command ended: its exit status as decimal text. */
    EXIT('X');

    private final char letter;

    Type(char letter) {
      this.letter = letter;
    }

    private static Type of(int letter) throws IOException {
      for (Type type : values()) {
        if (type.letter == letter) {
          return type;
        }
      }
      throw new IOException("not a control frame: first byte is " + letter);
    }
  }

  /** A frame of UTF-8 text. */
  public static ControlFrame text(Type type, String text) {
    return new ControlFrame(type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The payload as UTF-8 text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Writes the frame; does not flush. */
  public void writeTo(DataOutputStream out) throws IOException {
    out.writeByte(type.letter);
    out.writeInt(payload.length);
    out.write(payload);
  }

  /**
   * Reads the next frame.
   *
   * @throws EOFException when the other side has closed
   * @throws IOException when the bytes are no frame, or one too long
   */
  public static ControlFrame readFrom(DataInputStream in) throws IOException {
    Type type = Type.of(in.readUnsignedByte());
    int length = in.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("control frame of " + length + " bytes, allowed are " + MAX_BYTES);
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new ControlFrame(type, payload);
  }
}
