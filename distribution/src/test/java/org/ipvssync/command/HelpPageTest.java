package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpPageTest {
  private static final Path NOWHERE = Path.of("/nonexistent");

  /** What is taken and means nothing, or is not for people. */
  private static final Set<String> UNSAID =
      Set.of("background", "numeric", "exact", "sort", "nosort", "help", "h", "n", "c", "L");

  static Stream<String> commands() {
    return CommandTree.names().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void shouldExplainEveryOption(String name) throws IOException {
    String page = HelpPage.of(name, false);
    for (Option option : CommandTree.command(name).options().getOptions()) {
      assertSaid(page, option);
    }
    assertTrue(page.startsWith("ipvs-syncd " + name), page);
    assertTrue(page.contains("Example"), page);
  }

  @Test
  void shouldExplainIpvsadmsWordsAndAllCommands() throws IOException {
    String page = HelpPage.of("", false);
    new IpvsadmWords().options().getOptions().forEach(option -> assertSaid(page, option));
    CommandTree.names().forEach(name -> assertTrue(page.contains(name), name));
    for (String variable : new String[] {"JAVA", "JAVA_OPTS", "RUN", "CONF", "DEPLOY"}) {
      assertTrue(page.contains("  IPVS_SYNCD_" + variable + " "), variable);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void shouldShowThePageInAnyWay(String name) throws IOException {
    String page = HelpPage.of(name, false);
    assertEquals(new CommandRun(0, page, ""), CommandRun.of(NOWHERE, name, "-h"));
    assertEquals(new CommandRun(0, page, ""), CommandRun.of(NOWHERE, name, "--help"));
    assertEquals(new CommandRun(0, page, ""), CommandRun.of(NOWHERE, "help", name));
  }

  @Test
  void shouldShowTheFirstPageInAnyWay() throws IOException {
    String page = HelpPage.of("", false);
    assertEquals(new CommandRun(0, page, ""), CommandRun.of(NOWHERE, "-h"));
    assertEquals(new CommandRun(0, page, ""), CommandRun.of(NOWHERE, "--help"));
    assertEquals(new CommandRun(0, page, ""), CommandRun.of(NOWHERE, "help"));
  }

  @Test
  void shouldFitATerminal() throws IOException {
    HelpPage.of("", false).lines().forEach(line -> assertTrue(line.length() <= 105, () -> line));
  }

  @Test
  void shouldColourHeadingsOnlyWhereColoursAreWanted() throws IOException {
    assertFalse(HelpPage.of("run", false).contains("\u001b"));
    assertTrue(HelpPage.of("run", true).contains("\u001b[1mOptions:\u001b[0m"));
  }

  private static void assertSaid(String page, Option option) {
    String name = option.getLongOpt() == null ? option.getOpt() : option.getLongOpt();
    String written = (option.getLongOpt() == null ? "-" : "--") + name;
    assertTrue(UNSAID.contains(name) || page.contains(written), written);
  }
}
