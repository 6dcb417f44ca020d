package org.ipvssync.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/** Runs the benchmarks, prints one table, and writes one file. */
public final class Main {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private static final Path RESULTS = Path.of("target", "benchmarks.json");

  private static final String HELP =
      """
      usage: java -jar benchmarks.jar [WHAT] [OPTIONS]
        (nothing)             everything: micro, then end-to-end; writes target/benchmarks.json
        micro                 codecs, table and queue, by JMH
        end-to-end            `ipvs-syncd bench --full` of the built distribution
        plot FILE.json SVG    draws cost a record against the size of the table
      options:
        --quick               short runs: to see that all works, not to compare
        --only REGEX          micro: only benchmarks whose name has this in it, such as table.apply
        --sizes N,N,...       micro: other sizes of the table, multiples of 1000
        --home DIR            end-to-end: the distribution; else what is built beside this jar
        --out FILE            another file than target/benchmarks.json
      """;

  private Main() {}

  /** Runs what the arguments say. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String[] args) {
    try {
      CommandLine line = new DefaultParser().parse(options(), args);
      List<String> words = line.getArgList();
      if (line.hasOption("help")) {
        System.out.print(HELP);
        return DONE;
      }
      String what = words.isEmpty() ? "all" : words.getFirst();
      if (words.size() != (what.equals("plot") ? 3 : Math.min(1, words.size()))) {
        return usage("too many or too few words: " + String.join(" ", words));
      }
      return switch (what) {
        case "all" -> measure(line, true, true);
        case "micro" -> measure(line, true, false);
        case "end-to-end" -> measure(line, false, true);
        case "plot" -> plot(Path.of(words.get(1)), Path.of(words.get(2)));
        default -> usage("no " + what + " here");
      };
    } catch (ParseException | IllegalArgumentException e) {
      return usage(e.getMessage());
    } catch (IOException | BenchmarkFailure e) {
      System.err.println("benchmarks: " + e.getMessage());
      return FAILED;
    }
  }

  private static int usage(String fault) {
    System.err.println("benchmarks: " + fault + "; --help says what there is");
    return USAGE;
  }

  private static Options options() {
    return new Options()
        .addOption(Option.builder("h").longOpt("help").get())
        .addOption(Option.builder().longOpt("quick").get())
        .addOption(Option.builder().longOpt("only").hasArg().get())
        .addOption(Option.builder().longOpt("sizes").hasArg().get())
        .addOption(Option.builder().longOpt("home").hasArg().get())
        .addOption(Option.builder().longOpt("out").hasArg().get());
  }

  private static int measure(CommandLine line, boolean micro, boolean endToEnd)
      throws IOException, BenchmarkFailure {
    boolean quick = line.hasOption("quick");
    MicroRun microRun =
        new MicroRun(quick, line.getOptionValue("only"), line.getOptionValue("sizes"));
    EndToEnd distribution = endToEnd ? EndToEnd.in(line.getOptionValue("home")) : null;
    Map<String, String> machine = Machine.read();
    Path out = Path.of(line.getOptionValue("out", RESULTS.toString()));
    Results results = new Results(machine, quick, micro ? microRun.run() : List.of(), Map.of());
    if (micro) {
      // It stays in the file if the rest fails.
      results.write(out);
    }
    if (endToEnd) {
      results = new Results(machine, quick, results.jmh(), distribution.run(quick));
      results.write(out);
    }
    System.out.print(new Report(results).text());
    System.out.println("all numbers: " + out.toAbsolutePath());
    return results.uncounted() == 0 ? DONE : FAILED;
  }

  private static int plot(Path from, Path to) throws IOException {
    new CostPlot(Results.read(from)).save(to);
    return DONE;
  }
}
