package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PropertiesTextTest {
  /** Before and after; one character stands for a line's end so that a case is one line. */
  static List<String> cases() {
    return List.of(
        "codec = v1| => codec = v0|",
        "codec=v1 => codec=v0",
        "codec:v1| => codec:v0|",
        "codec v1| => codec v0|",
        "\tcodec \t: \t v1 | => \tcodec \t: \t v0|",
        "codec| => codec = v0|",
        "codec =| => codec =v0|",
        "# about|a = 1||codec = v1|z = 2| => # about|a = 1||codec = v0|z = 2|",
        // continuation lines
        "codec = \\|   v1|b = 2| => codec = \\|   v0|b = 2|",
        "codec = v\\|  1|b = 2| => codec = v0|b = 2|",
        "co\\|  dec = v1| => co\\|  dec = v0|",
        "codec \\| = v1| => codec \\| = v0|",
        "codec = v1\\\\|b = 2| => codec = v0|b = 2|",
        "a = 1 \\|codec = v1|codec = v2| => a = 1 \\|codec = v1|codec = v0|",
        "a = 1 \\|#codec = v1| => a = 1 \\|#codec = v1|codec = v0|",
        // a key in disguise, and one that only looks like it
        "\\u0063odec = v1| => \\u0063odec = v0|",
        "codec\\=x = v1| => codec\\=x = v1|codec = v0|",
        "codecs = v0,v1| => codecs = v0,v1|codec = v0|",
        // twice: the last one counts
        "codec = v1|a = 1|codec = v2| => codec = v1|a = 1|codec = v0|",
        // commented out, and a comment
        "# v1, or v0.|#codec = v1||# x| => # v1, or v0.|codec = v0||# x|",
        " ! codec: v1| => codec = v0|",
        "# codec = v1 is what a new kernel reads| =>"
            + " # codec = v1 is what a new kernel reads|codec = v0|",
        "#codec = v1|codec = v2| => #codec = v1|codec = v0|",
        // absent
        " => codec = v0|",
        "a = 1 => a = 1|codec = v0|",
        "a = 1\\ => a = 1\\||codec = v0|",
        "||  |# end => ||  |# end|codec = v0|");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldChangeTheValueAndNothingElse(String oneCase) throws IOException {
    int at = oneCase.indexOf(" => ");
    String before = oneCase.substring(0, at);
    String after = oneCase.substring(at + 4);
    for (String lineEnd : List.of("\n", "\r\n")) {
      // Without any line there is no line end to follow.
      String end = before.contains("|") ? lineEnd : "\n";
      PropertiesText text = new PropertiesText(before.replace("|", end));
      String changed = text.with("codec", "v0");
      assertEquals(after.replace("|", end), changed);
      Properties read = new Properties();
      read.load(new StringReader(changed));
      assertEquals("v0", read.getProperty("codec"));
    }
  }

  @Test
  void shouldRefuseWhatWouldNotBeReadAsMeant() {
    PropertiesText text = new PropertiesText("codec = v1\n");
    assertThrows(IllegalStateException.class, () -> text.with("codec", "a\\b"));
    assertThrows(IllegalStateException.class, () -> text.with("codec", "a\nb = c"));
    PropertiesText broken = new PropertiesText("a = \\u00zz\n");
    assertThrows(IllegalStateException.class, () -> broken.with("codec", "v0"));
  }
}
