package org.ipvssync.command.child;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineStreamTest {
  @Test
  void shouldCutLinesHoweverTheyCome() throws IOException {
    byte[] text = "one\ntwo\n\nthrée".getBytes(StandardCharsets.UTF_8);
    for (int size = 1; size <= text.length; size++) {
      List<String> lines = new ArrayList<>();
      try (LineStream stream = new LineStream(lines::add)) {
        for (int at = 0; at < text.length; at += size) {
          stream.write(text, at, Math.min(size, text.length - at));
        }
      }
      assertEquals(List.of("one", "two", "", "thrée"), lines, "in pieces of " + size);
    }
  }

  @Test
  void shouldTakeSingleBytes() throws IOException {
    List<String> lines = new ArrayList<>();
    try (LineStream stream = new LineStream(lines::add)) {
      stream.write('a');
      stream.write('\n');
    }
    assertEquals(List.of("a"), lines);
  }
}
