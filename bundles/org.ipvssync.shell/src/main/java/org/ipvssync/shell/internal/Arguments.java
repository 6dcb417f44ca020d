package org.ipvssync.shell.internal;

import java.util.Set;
import java.util.function.Supplier;
import org.ipvssync.api.link.ConfigCheck;
import org.ipvssync.api.link.ConfigException;
import org.ipvssync.api.node.SyncRole;

/** Checks the words that a command was given; each failure is one line with what is allowed. */
final class Arguments {
  /** What stands for an option that was not given: Gogo knows no null. */
  static final String ABSENT = "";

  private final ConfigCheck check;

  Arguments(String command) {
    this.check = new ConfigCheck(command);
  }

  /** A whole number from {@code min} to {@code max}. */
  int number(String option, String value, int min, int max) {
    return orUsage(
        () -> {
          try {
            return check.range(option, Integer.parseInt(value), min, max);
          } catch (NumberFormatException e) {
            throw check.failure(option, value, min + " to " + max);
          }
        });
  }

  /** One of a few words. */
  String oneOf(String option, String value, Set<String> allowed) {
    return orUsage(() -> check.oneOf(option, value, allowed));
  }

  /** A multicast group as it was spelled. */
  String group(String option, String value) {
    return orUsage(
        () -> {
          check.group(option, value);
          return value;
        });
  }

  /** A role. */
  SyncRole role(String value) {
    return oneOf("ROLE", value, Set.of("master", "backup")).equals("master")
        ? SyncRole.MASTER
        : SyncRole.BACKUP;
  }

  /** The usage failure of one option. */
  CommandFailure failure(String option, String value, String allowed) {
    return CommandFailure.usage(check.failure(option, value, allowed).getMessage());
  }

  private static <T> T orUsage(Supplier<T> checked) {
    try {
      return checked.get();
    } catch (ConfigException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
