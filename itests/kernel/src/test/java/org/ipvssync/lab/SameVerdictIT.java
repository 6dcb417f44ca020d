package org.ipvssync.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ipvssync.lab.VerdictTables.Difference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The kernel's backup and ours get the same datagrams, right and wrong ones, and their tables stay
 * equal.
 *
 * <p>{@code -Dipvssync.verdict.datagrams=N} is how many, {@code -Dipvssync.verdict.seed=S} makes
 * others.
 */
class SameVerdictIT {
  private static final int DATAGRAMS = Integer.getInteger("ipvssync.verdict.datagrams", 4000);
  private static final long SEED = Long.getLong("ipvssync.verdict.seed", 1);

  /** Between two comparisons; the tables are new for each. */
  private static final int CHUNK = 20_000;

  /** Differences that are looked into. */
  private static final int SHOWN = 5;

  private static final int ROWS_SHOWN = 20;

  @RegisterExtension
  static final KernelLab LAB = KernelLab.create().module("ip_vs:conn_tab_bits=17").memory(1024);

  @Test
  void shouldEndAsInTheKernel() throws Exception {
    SyncTalk talk = new SyncTalk();
    VerdictRig rig = new VerdictRig(LAB.guest());
    int sent = 0;
    int number = 0;
    int rows = 0;
    for (int chunk = 0; sent < DATAGRAMS; chunk++) {
      // Every other time as backups that take all sync ids.
      rig.renew(chunk % 2 == 0 ? SyncTalk.SYNC_ID : 0);
      int wanted = Math.min(CHUNK, DATAGRAMS - sent);
      List<VerdictCase> cases = new ArrayList<>();
      for (int datagrams = 0; datagrams < wanted; number++) {
        cases.add(VerdictCase.generate(talk, SEED, number, rig.nextRange()));
        datagrams += cases.getLast().datagrams().size();
      }
      long began = System.nanoTime();
      VerdictRig.Outcome outcome = rig.run(cases);
      sent += cases.stream().mapToInt(one -> one.datagrams().size()).sum();
      rows += outcome.rows();
      LAB.say(
          "%d datagrams in %d cases, %d rows in the last tables, %s"
              .formatted(sent, number, outcome.rows(), Transcript.took(began)));
      if (!outcome.differences().isEmpty()) {
        fail(explained(rig, cases, outcome.differences()));
      }
    }
    assertTrue(rows > sent / 10, "both refuse most datagrams; there were only rows: " + rows);
  }

  /** What differs, and after which datagrams, as few and as small as they can be. */
  private static String explained(
      VerdictRig rig, List<VerdictCase> cases, List<Difference> differences) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("seed %d: %d rows differ%n".formatted(SEED, differences.size()));
    Set<VerdictCase> guilty = new LinkedHashSet<>();
    for (Difference difference : differences) {
      if (differences.indexOf(difference) < ROWS_SHOWN) {
        text.append("  %s%n".formatted(difference));
      }
      guilty.addAll(about(difference, cases));
    }
    LAB.say(text.toString());
    for (VerdictCase one : guilty.stream().limit(SHOWN).toList()) {
      VerdictShrinker.Found found = new VerdictShrinker(rig).shrink(one);
      boolean again = !found.differences().isEmpty();
      List<byte[]> datagrams = again ? found.smallest().datagrams() : one.datagrams();
      String head = again ? "The smallest that differs:" : "Not again with other clients:";
      text.append("%n%s%n".formatted(head));
      found.differences().forEach(d -> text.append("  %s%n".formatted(d)));
      datagrams.forEach(d -> text.append("  %s%n".formatted(HexFormat.of().formatHex(d))));
      text.append(rig.decoded(datagrams));
    }
    return text.toString();
  }

  /** The cases that a row may come from: the one with its client, else all that name the client. */
  private static List<VerdictCase> about(Difference difference, List<VerdictCase> cases) {
    int range = ClientRange.of(difference.row().client());
    byte[] client = difference.row().client().getAddress();
    return cases.stream()
        .filter(
            one ->
                one.clients().number() == range
                    || one.datagrams().stream().anyMatch(d -> ClientRange.contains(d, client)))
        .toList();
  }
}
