package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Aligned columns, printed in pieces: a column is as wide as its widest cell up to now.
 *
 * <p>Holds one piece of rows at a time. The last column is never padded.
 */
final class TextTable {
  private static final String GAP = "  ";

  private final boolean[] rightAligned;
  private final int[] widths;
  private final List<String[]> rows = new ArrayList<>();
  private boolean printed;

  /**
   * A table whose first row are its titles.
   *
   * @param titles one a column; one that starts with {@code >} aligns its column to the right
   */
  TextTable(String... titles) {
    rightAligned = new boolean[titles.length];
    widths = new int[titles.length];
    String[] shown = titles.clone();
    for (int i = 0; i < titles.length; i++) {
      rightAligned[i] = titles[i].startsWith(">");
      shown[i] = rightAligned[i] ? titles[i].substring(1) : titles[i];
    }
    row(shown);
  }

  /** Adds a row; as many cells as there are titles. */
  void row(String... cells) {
    if (cells.length != widths.length) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + widths.length + " columns: " + Arrays.toString(cells));
    }
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].length());
    }
    rows.add(cells);
  }

  /** How many rows wait to be printed, the titles not among them. */
  int rows() {
    return printed ? rows.size() : rows.size() - 1;
  }

  /** Prints the rows that were added since the last call, and forgets them. */
  void print(PrintWriter out) {
    for (String[] cells : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < cells.length; i++) {
        String padding = " ".repeat(widths[i] - cells[i].length());
        line.append(i == 0 ? "" : GAP)
            .append(rightAligned[i] ? padding : "")
            .append(cells[i])
            .append(rightAligned[i] ? "" : padding);
      }
      out.println(line.toString().stripTrailing());
    }
    rows.clear();
    printed = true;
  }
}
