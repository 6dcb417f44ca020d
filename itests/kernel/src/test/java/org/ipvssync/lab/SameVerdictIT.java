package org.ipvssync.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.lab.VerdictTables.Difference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The kernel's backup and ours get the same datagrams, right and wrong ones, and their tables stay
 * equal.
 *
 * <p>{@code -Dipvssync.verdict.datagrams=N} is how many, {@code -Dipvssync.verdict.seed=S} makes
 * others.
 *
 * <p>Never made: messages of 4 to 7 bytes that begin with 0, of which a kernel reads on in what the
 * message before left; copies with what remains of their life (option 0x6C), which mean something
 * to nodes of ours alone; and records that meet what was replaced in the same tick of the kernel's
 * timers, see {@link VerdictCase}.
 */
class SameVerdictIT {
  private static final int DATAGRAMS = Integer.getInteger("ipvssync.verdict.datagrams", 3000);
  private static final long SEED = Long.getLong("ipvssync.verdict.seed", 1);

  /** Between two comparisons; the tables are new for each. */
  private static final int CHUNK = 20_000;

  /** Differences that are looked into. */
  private static final int SHOWN = 3;

  private static final int ROWS_SHOWN = 20;

  private static final int CONTROLS = 40;

  @RegisterExtension
  static final KernelLab LAB = KernelLab.create().module("ip_vs:conn_tab_bits=17").memory(1024);

  private static VerdictRig rig;

  @BeforeAll
  static void setUp() throws IOException {
    rig = new VerdictRig(LAB.guest());
    rig.renew(SyncTalk.SYNC_ID);
    LAB.onFailure(() -> rig.node().keepEvidence());
  }

  @Test
  void shouldFindNothingInControlMessages() throws Exception {
    RandomGenerator random = new SplittableRandom(SEED);
    ClientRange clients = rig.nextRange();
    SyncMessage before = new SyncMessage(1, SyncTalk.SYNC_ID);
    before.entries.add(SyncTalk.connection(clients, 1));
    VerdictRig.Outcome one =
        sameVerdict(List.of(new VerdictCase(clients, List.of(before.encode()))));
    assertEquals(1, one.tables().count(clients));

    List<byte[]> controls = new ArrayList<>();
    for (int kind = 0; kind < CONTROLS; kind++) {
      // Kinds that there are and others; content that would be a record, were this version 1.
      byte[] content = kind % 2 == 0 ? before.encode() : SyncTalk.bytes(random, 36 + kind);
      controls.add(VerdictCase.control(SyncTalk.SYNC_ID, kind, content));
    }
    SyncMessage after = new SyncMessage(1, SyncTalk.SYNC_ID);
    after.entries.add(SyncTalk.connection(clients, 2));
    controls.add(after.encode());
    VerdictRig.Outcome all = sameVerdict(List.of(new VerdictCase(clients, controls)));

    assertEquals(2, all.tables().count(clients), "of what was no control message");
    // It hears its own ones too.
    int taken = (int) rig.node().link("command").get("control");
    assertTrue(taken >= CONTROLS, "ours counted only " + taken);
  }

  @Test
  void shouldEndAsInTheKernel() throws Exception {
    SyncTalk talk = new SyncTalk();
    int sent = 0;
    int number = 0;
    int rows = 0;
    Set<String> reasons = new TreeSet<>();
    for (int chunk = 0; sent < DATAGRAMS; chunk++) {
      if (chunk > 0) {
        // Every other time as backups that take all sync ids.
        rig.renew(chunk % 2 == 0 ? SyncTalk.SYNC_ID : 0);
      }
      int wanted = Math.min(CHUNK, DATAGRAMS - sent);
      List<VerdictCase> cases = new ArrayList<>();
      for (int datagrams = 0; datagrams < wanted; number++) {
        cases.add(VerdictCase.generate(talk, SEED, number, rig.nextRange()));
        datagrams += cases.getLast().datagrams().size();
      }
      long began = System.nanoTime();
      VerdictRig.Outcome outcome = sameVerdict(cases);
      sent += cases.stream().mapToInt(one -> one.datagrams().size()).sum();
      rows += outcome.tables().size();
      LAB.say(
          "%d datagrams in %d cases, %d rows in the last tables, %s"
              .formatted(sent, number, outcome.tables().size(), Transcript.took(began)));
      Map<?, ?> drops = (Map<?, ?>) rig.node().link("command").get("drops");
      drops.keySet().forEach(reason -> reasons.add(reason.toString()));
    }
    // Else the generator has become too tame, or too wild.
    assertTrue(rows > sent / 10, "both refuse most datagrams; there were only rows: " + rows);
    assertEquals(allReasons(), reasons, "why ours dropped something");
  }

  /** Both take the cases, and end alike. */
  private static VerdictRig.Outcome sameVerdict(List<VerdictCase> cases) throws IOException {
    VerdictRig.Outcome outcome = rig.run(cases);
    if (!outcome.differences().isEmpty() && !wasMomentary(cases, outcome.differences())) {
      fail(explained(cases, outcome.differences()));
    }
    return outcome;
  }

  /** Why a record or datagram may be dropped on the way from the socket into a table with room. */
  private static Set<String> allReasons() {
    Set<LinkCounter> all = EnumSet.range(LinkCounter.TOO_SHORT, LinkCounter.INACTIVE_ELSEWHERE);
    all.removeAll(
        Set.of(LinkCounter.NO_CODEC, LinkCounter.SPOOL_OVERFLOW, LinkCounter.SOCKET_OVERFLOW));
    return all.stream().map(LinkCounter::label).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * True when lives alone differed, and do not when the same comes again: on a busy machine a
   * backup may stand still for seconds between receiving and applying.
   */
  private static boolean wasMomentary(List<VerdictCase> cases, List<Difference> differences)
      throws IOException {
    if (!differences.stream().allMatch(Difference::isOfLives)) {
      return false;
    }
    List<VerdictCase> again = new ArrayList<>();
    for (VerdictCase one : guilty(cases, differences)) {
      again.add(one.at(rig.nextRange()));
    }
    List<Integer> clients = again.stream().map(one -> one.clients().number()).toList();
    boolean momentary =
        rig.run(again).differences().stream()
            .noneMatch(d -> clients.contains(ClientRange.of(d.row().client())));
    if (momentary) {
      LAB.say("lives differed once and not again: " + differences);
    }
    return momentary;
  }

  private static Set<VerdictCase> guilty(List<VerdictCase> cases, List<Difference> differences) {
    Set<VerdictCase> guilty = new LinkedHashSet<>();
    differences.forEach(difference -> guilty.addAll(about(difference, cases)));
    return guilty;
  }

  /** What differs, and after which datagrams, as few and as small as they can be. */
  private static String explained(List<VerdictCase> cases, List<Difference> differences)
      throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("seed %d: %d rows differ%n".formatted(SEED, differences.size()));
    differences.stream().limit(ROWS_SHOWN).forEach(d -> text.append("  %s%n".formatted(d)));
    LAB.say(text.toString());
    rig.renew();
    for (VerdictCase one : guilty(cases, differences).stream().limit(SHOWN).toList()) {
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
