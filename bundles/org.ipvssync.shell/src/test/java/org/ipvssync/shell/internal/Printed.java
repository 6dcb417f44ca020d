package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What a command printed. */
final class Printed {
  private final StringWriter text = new StringWriter();
  final PrintWriter out = new PrintWriter(text);

  String text() {
    out.flush();
    return text.toString();
  }

  List<String> lines() {
    return text().lines().toList();
  }
}
