package org.ipvssync.command.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be measured; in the order in which it is shown. */
enum Work {
  /** Datagrams off the wire into the table. */
  WIRE_TABLE("wire-table"),
  /** Changes of the table onto the wire. */
  TABLE_WIRE("table-wire"),
  /** From a change on the master to the backup's table. */
  DELAY("delay"),
  /** What nodes need of a processor for changes. */
  CPU("cpu"),
  /** The whole table from one node to another. */
  RESYNC("resync"),
  /** From the start of a process to its first datagram. */
  START("start"),
  /** What a node needs that does nothing. */
  IDLE("idle"),
  /** What a connection needs of memory. */
  MEMORY("memory"),
  /** What the threads of links allocate. */
  ALLOCATION("allocation");

  private final String word;

  Work(String word) {
    this.word = word;
  }

  /** The word on the command line, and in JSON. */
  String word() {
    return word;
  }

  /** All words, for people. */
  static String words() {
    return Arrays.stream(values()).map(Work::word).collect(Collectors.joining(", "));
  }

  /**
   * Those that the words name; all for none.
   *
   * @throws IllegalArgumentException when a word names none; the message is for people
   */
  static Set<Work> of(List<String> words) {
    if (words.isEmpty()) {
      return EnumSet.allOf(Work.class);
    }
    Set<Work> chosen = EnumSet.noneOf(Work.class);
    for (String word : words) {
      Optional<Work> work = Arrays.stream(values()).filter(w -> w.word.equals(word)).findFirst();
      chosen.add(
          work.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "--only " + word + " is not allowed; allowed: " + words())));
    }
    return chosen;
  }
}
