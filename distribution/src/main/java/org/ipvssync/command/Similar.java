package org.ipvssync.command;

import java.util.Comparator;
import java.util.List;

/** Guesses which word was meant. */
final class Similar {
  private static final int MOST_EDITS = 2;

  private Similar() {}

  /** A question with the word that is nearest; empty when none is near. */
  static String hint(String word, List<String> known) {
    return known.stream()
        .filter(k -> edits(word, k) <= MOST_EDITS)
        .min(Comparator.comparingInt(k -> edits(word, k)))
        .map(k -> ", did you mean " + k + "?")
        .orElse("");
  }

  /** How many letters must be added, removed or exchanged (Levenshtein's distance). */
  static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int exchange = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(exchange, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
