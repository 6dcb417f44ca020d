package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A part that a bundle offers, to be chosen by name.
 *
 * @param name by which configuration chooses it, such as {@code v1}
 * @param version of its bundle
 * @param bundle symbolic name of its bundle
 */
record Offer(String name, String version, String bundle) {
  /** Prints offers as a table whose first column has that title. */
  static void print(String title, List<Offer> offers, PrintWriter out) {
    TextTable table = new TextTable(title, "VERSION", "BUNDLE");
    offers.forEach(o -> table.row(o.name, o.version, o.bundle));
    table.print(out);
  }

  /** True when one of them has the name. */
  static boolean has(String name, List<Offer> offers) {
    return offers.stream().anyMatch(o -> o.name.equals(name));
  }

  /** Their names, for a line. */
  static String names(List<Offer> offers) {
    return offers.isEmpty()
        ? "none"
        : offers.stream().map(Offer::name).distinct().sorted().collect(Collectors.joining(", "));
  }
}
