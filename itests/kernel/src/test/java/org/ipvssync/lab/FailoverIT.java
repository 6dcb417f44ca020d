package org.ipvssync.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ipvssync.lab.Failover.Alive;
import org.ipvssync.lab.Failover.Case;
import org.ipvssync.lab.Failover.Outcome;
import org.ipvssync.lab.Failover.Setup;
import org.ipvssync.lab.Failover.Variant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Failover and failback, end to end: keepalived on two directors, 100 open sessions, the first
 * director dies and comes back. The same beside it with what the kernel alone can do.
 *
 * <p>{@code -Dipvssync.lab.failovers=3}: how many runs of ipvs-syncd, for the README's table;
 * {@code -Dipvssync.lab.failover=TEXT}: only those whose names hold it.
 */
@Execution(ExecutionMode.CONCURRENT)
class FailoverIT {
  @RegisterExtension final KernelLab lab = KernelLab.create().module("ip_vs_wlc").memory(1024);

  private static final Set<Variant> WITHOUT_KILLS = EnumSet.of(Variant.PLAIN, Variant.SERVERS);
  private static final Collection<Outcome> OUTCOMES = new ConcurrentLinkedQueue<>();

  static Stream<Case> ours() {
    int runs = Integer.getInteger("ipvssync.lab.failovers", 1);
    return IntStream.rangeClosed(1, runs)
        .boxed()
        .flatMap(
            run ->
                cases(
                    Setup.IPVS_SYNCD,
                    run == 1 ? EnumSet.allOf(Variant.class) : WITHOUT_KILLS,
                    run));
  }

  static Stream<Case> daemons() {
    return Stream.of(Setup.DAEMONS, Setup.TUNED).flatMap(setup -> cases(setup, WITHOUT_KILLS, 1));
  }

  static Stream<Case> nothing() {
    return cases(Setup.NONE, WITHOUT_KILLS, 1);
  }

  private static Stream<Case> cases(Setup setup, Set<Variant> variants, int number) {
    return Stream.of(Topology.Kind.values())
        .flatMap(kind -> variants.stream().map(variant -> new Case(setup, kind, variant, number)))
        .filter(run -> run.toString().contains(System.getProperty("ipvssync.lab.failover", "")));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void shouldKeepAllSessions(Case run) throws Exception {
    Outcome outcome = play(run);
    assertEquals(Alive.ALL, outcome.afterFailover());
    assertEquals(Alive.ALL, outcome.afterFailback());
    assertEquals(Failover.FEW, outcome.between());
  }

  /** What a failback costs without us; how much of it, is not ours to promise. */
  @ParameterizedTest
  @MethodSource("daemons")
  void shouldLoseIdleSessionsWithTheKernelsDaemonsAlone(Case run) throws Exception {
    assertEquals(0, play(run).afterFailback().idle());
  }

  /** The same harness can fail. */
  @ParameterizedTest
  @MethodSource("nothing")
  void shouldLoseAllSessionsWithNoSynchronisation(Case run) throws Exception {
    Outcome outcome = play(run);
    assertEquals(new Alive(0, 0, Failover.IDLE), outcome.afterFailover());
    assertEquals(new Alive(0, 0, 0), outcome.afterFailback());
  }

  private Outcome play(Case run) throws Exception {
    Outcome outcome = new Failover(run, lab).play();
    OUTCOMES.add(outcome);
    return outcome;
  }

  @AfterAll
  static void printTable() throws Exception {
    String table = FailoverTable.of(OUTCOMES);
    Path file =
        Path.of(System.getProperty("ipvssync.lab.folder", "target/lab")).resolve("failover.md");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
    System.out.println("\n" + table + "\nThis table is in " + file);
  }
}
