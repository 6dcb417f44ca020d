package org.ipvssync.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** Pages of help: written by hand, because ipvsadm's words are no ordinary options. */
final class HelpPage {
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private HelpPage() {}

  /**
   * The page of a command; the first page for an empty name.
   *
   * @param colour true to make headings bold: the lines that begin at the margin and end with ':'
   */
  static String of(String command, boolean colour) throws IOException {
    String resource = "help/" + (command.isEmpty() ? "ipvs-syncd" : command) + ".txt";
    try (InputStream text = HelpPage.class.getResourceAsStream(resource)) {
      String page = new String(text.readAllBytes(), StandardCharsets.UTF_8);
      return page.lines()
          .map(line -> colour && isHeading(line) ? BOLD + line + PLAIN : line)
          .collect(Collectors.joining("\n", "", "\n"));
    }
  }

  private static boolean isHeading(String line) {
    return line.endsWith(":") && !line.startsWith(" ");
  }
}
