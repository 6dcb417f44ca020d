package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.threadio.ThreadIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the shell's own parser: every argument arrives as it was. */
class GogoLineTest {
  private static final String NASTY = " \t'\"\\$%;|&(){}[]<>#~*?!=@`:-,.äa1\n";

  /** A shell command that remembers its arguments. */
  public static final class Echo {
    private final List<String> got = new ArrayList<>();

    /** Called by the shell. */
    public void echo(CommandSession session, String[] arguments) {
      got.clear();
      got.addAll(List.of(arguments));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eth0",
        "eth0.100",
        "ff02::5a%eth0",
        "it's",
        "''",
        "'",
        "\"",
        "\\",
        "$x",
        "$(x)",
        "%(1+1)",
        "a=b",
        "*",
        "~",
        "{a}",
        "[a]",
        "#a",
        "a b",
        "",
        "a;b",
        "a|b",
        "a&b",
        "a\nb",
        "<a>",
        "`a`"
      })
  void shouldQuoteWhatTheShellWouldTakeForMore(String argument) throws Exception {
    assertEquals(List.of("--x", argument, "last"), echoed(List.of("--x", argument, "last")));
  }

  @Test
  void shouldQuoteAnything() throws Exception {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      StringBuilder argument = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        argument.append(NASTY.charAt(random.nextInt(NASTY.length())));
      }
      assertEquals(List.of(argument.toString()), echoed(List.of(argument.toString())));
    }
  }

  @Test
  void shouldLeaveOutWhatWasNotGiven() {
    assertEquals(
        "c --a 5 --d x",
        new GogoLine("c")
            .option("--a", 5)
            .option("--b", null)
            .flag("--c", false)
            .flag("--d", true)
            .add("x")
            .toString());
  }

  private static List<String> echoed(List<String> arguments) throws Exception {
    Echo echo = new Echo();
    CommandProcessorImpl processor = new CommandProcessorImpl(new NoThreadIo());
    processor.addCommand("test", echo, "echo");
    PrintStream out = new PrintStream(new ByteArrayOutputStream());
    try (CommandSession session =
        processor.createSession(new ByteArrayInputStream(new byte[0]), out, out)) {
      GogoLine line = new GogoLine("test:echo");
      arguments.forEach(line::add);
      session.execute(line.toString());
    }
    return echo.got;
  }

  private static final class NoThreadIo implements ThreadIO {
    @Override
    public void setStreams(InputStream in, PrintStream out, PrintStream err) {
      // the commands of this test do not print
    }

    @Override
    public void close() {
      // nothing to give back
    }
  }
}
