package org.ipvssync.command;

import java.util.regex.Pattern;

/** Builds a line of the node's shell language (Gogo) in which every argument stays what it is. */
final class GogoLine {
  /** What Gogo takes for nothing but itself. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:-]+");

  private final StringBuilder line;

  GogoLine(String command) {
    line = new StringBuilder(command);
  }

  /** Appends an argument, quoted where it must be. */
  GogoLine add(String argument) {
    line.append(' ').append(quote(argument));
    return this;
  }

  /** Appends {@code name value}; nothing when the value is null. */
  GogoLine option(String name, Object value) {
    return value == null ? this : add(name).add(value.toString());
  }

  /** Appends {@code name} when it is set. */
  GogoLine flag(String name, boolean set) {
    return set ? add(name) : this;
  }

  private static String quote(String argument) {
    if (PLAIN.matcher(argument).matches()) {
      return argument;
    }
    // Between apostrophes Gogo leaves all characters alone; an apostrophe itself stands outside.
    return "'" + argument.replace("'", "'\\''") + "'";
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
