package org.ipvssync.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bin/ipvs-syncd, with programs in the place of Java that print what they were given. */
class ScriptTest {
  private static final Path SCRIPT = Path.of("src/main/bin/ipvs-syncd");

  @TempDir private Path temp;
  private Path home;
  private Path script;

  private record Result(int status, List<String> out, String err) {}

  @BeforeEach
  void unpack() throws IOException {
    home = temp.toRealPath().resolve("a home");
    script = home.resolve("bin/ipvs-syncd");
    Files.createDirectories(script.getParent());
    Files.copy(SCRIPT, script);
    executable(script);
    for (String jar :
        List.of(
            "lib/aaa-1.jar",
            "lib/ipvs-syncd-distribution-1.jar",
            "lib/org.ipvssync.api-1.jar",
            "bundles/03/org.ipvssync.codec.v1-1.jar",
            "bundles/03/org.ipvssync.transport.multicast-1.jar",
            "bundles/03/org.ipvssync.workload-1.jar",
            "bundles/03/org.ipvssync.node-1.jar")) {
      Files.createDirectories(home.resolve(jar).getParent());
      Files.createFile(home.resolve(jar));
    }
  }

  @Test
  void shouldTakeTheJavaThatIsNamed() throws Exception {
    Path java = java("named", "25.0.1");
    Path other = java("other", "26");
    for (Path named : List.of(java.resolve("bin/java"), java)) {
      Result result =
          run(Map.of("IPVS_SYNCD_JAVA", named.toString(), "JAVA_HOME", other.toString()));
      assertEquals(0, result.status, result.err);
      assertEquals("named", result.out.getFirst());
    }
  }

  @Test
  void shouldTakeJavaHomeWhenItIsNewEnough() throws Exception {
    assertEquals("new", run(Map.of("JAVA_HOME", java("new", "25").toString())).out.getFirst());
    assertEquals("ea", run(Map.of("JAVA_HOME", java("ea", "30-ea").toString())).out.getFirst());
  }

  @Test
  void shouldPassOverAJavaHomeThatIsTooOld() throws Exception {
    Path old = java("old", "17.0.15");
    Path newer = java("newer", "25.0.3");
    Result result =
        run(Map.of("JAVA_HOME", old.toString(), "JAVA25_HOME", newer.toString()), "status");
    assertEquals("newer", result.out.getFirst(), result.err);
  }

  @Test
  void shouldRefuseANamedJavaThatIsTooOldOrNotThere() throws Exception {
    Path old = java("old", "21.0.1").resolve("bin/java");
    Result tooOld = run(Map.of("IPVS_SYNCD_JAVA", old.toString()));
    assertEquals(1, tooOld.status);
    assertEquals(
        "ipvs-syncd: IPVS_SYNCD_JAVA: " + old + " is version 21, needed is 25 or newer\n",
        tooOld.err);

    Result gone = run(Map.of("IPVS_SYNCD_JAVA", "/no/such/java"));
    assertEquals(1, gone.status);
    assertEquals("ipvs-syncd: IPVS_SYNCD_JAVA: no program /no/such/java\n", gone.err);
  }

  @Test
  void shouldTrustANamedJavaThatDoesNotSayItsVersion() throws Exception {
    Path java = java("silent", "25");
    Files.delete(java.resolve("release"));
    assertEquals("silent", run(Map.of("IPVS_SYNCD_JAVA", java.toString())).out.getFirst());
  }

  @Test
  void shouldHandTheWordsOnAsTheyAre() throws Exception {
    Result result = run(javaHome(), "shell", "a b", "", "$x", "*", "'", "\"");
    int main = result.out.indexOf("org.ipvssync.command.Main");
    assertEquals(
        List.of("shell", "a b", "", "$x", "*", "'", "\""),
        result.out.subList(main + 1, result.out.size()));
    assertTrue(result.out.contains("-Dipvssync.home=" + home), () -> result.out.toString());
  }

  @Test
  void shouldFindItsHomeThroughLinks() throws Exception {
    Path bin = Files.createDirectories(temp.resolve("usr/bin"));
    Path absolute = Files.createSymbolicLink(bin.resolve("ipvs-syncd"), script);
    Path relative = Files.createSymbolicLink(temp.resolve("short"), Path.of("usr/bin/ipvs-syncd"));
    for (Path link : List.of(absolute, relative)) {
      Result result = run(javaHome(), List.of(link.toString()), temp);
      assertTrue(result.out.contains("-Dipvssync.home=" + home), () -> result.out.toString());
    }
    Result besides = run(javaHome(), List.of("sh", "ipvs-syncd"), script.getParent());
    assertTrue(besides.out.contains("-Dipvssync.home=" + home), () -> besides.out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "--instance x run", "--instance=x run --conf y"})
  void shouldGiveANodeAFullJvm(String words) throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", java("node", "25").toString(), "IPVS_SYNCD_JAVA_OPTS", "-Xmx1g -Dx=y");
    Result result = run(environment, words.split(" "));
    assertFalse(result.out.contains("-XX:TieredStopAtLevel=1"));
    assertTrue(result.out.containsAll(List.of("-Xmx256m", "-Xmx1g", "-Dx=y")));
    assertTrue(result.out.indexOf("-Xmx256m") < result.out.indexOf("-Xmx1g"), "the last one holds");
    assertTrue(result.out.contains("--enable-native-access=ALL-UNNAMED"));
    assertFalse(classPath(result).contains("codec"), "bundles belong to the framework");
  }

  @Test
  void shouldTakeTheCacheThatWasMadeWithTheseJars() throws Exception {
    Path cache = Files.writeString(home.resolve("lib/ipvs-syncd.aot"), "a cache");
    String option = "-XX:AOTCache=" + cache;
    assertFalse(run(javaHome(), "run").out.contains(option), "nobody knows with which jars");

    Process sums =
        new ProcessBuilder("sh", "-c", "cksum -- *.jar >ipvs-syncd.aot.jars")
            .directory(home.resolve("lib").toFile())
            .start();
    assertEquals(0, sums.waitFor());
    assertTrue(run(javaHome(), "run").out.contains(option));

    Map<String, String> archive = new HashMap<>(javaHome());
    archive.put("IPVS_SYNCD_JAVA_OPTS", "-Xshare:off");
    assertFalse(run(archive, "run").out.contains(option), "Java would not start with both");

    Files.writeString(home.resolve("lib/aaa-1.jar"), "of another version");
    Result other = run(javaHome(), "run");
    assertEquals(0, other.status, other.err);
    assertFalse(other.out.contains(option));
    assertEquals("", other.err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "status", "-Lnc", "--start-daemon=backup", "--instance run status", "x run"})
  void shouldGiveACommandASmallJvm(String words) throws Exception {
    Result result = run(javaHome(), words.split(" "));
    assertTrue(result.out.contains("-XX:TieredStopAtLevel=1"), () -> result.out.toString());
    assertFalse(classPath(result).contains("codec"));
    assertTrue(
        classPath(result)
            .startsWith(
                home
                    + "/lib/ipvs-syncd-distribution-1.jar:"
                    + home
                    + "/lib/org.ipvssync.api-1.jar:"
                    + home
                    + "/lib/aaa-1.jar"),
        () -> classPath(result));
  }

  @ParameterizedTest
  @ValueSource(strings = {"decode", "replay", "demo", "--instance=x demo"})
  void shouldFindCodecsAndTransportsForTools(String words) throws Exception {
    Result result = run(javaHome(), words.split(" "));
    String path = classPath(result);
    assertTrue(path.contains("/bundles/03/org.ipvssync.codec.v1-1.jar"), path);
    assertTrue(path.contains("/bundles/03/org.ipvssync.transport.multicast-1.jar"), path);
    assertTrue(path.contains("/bundles/03/org.ipvssync.workload-1.jar"), path);
    assertFalse(path.contains("org.ipvssync.node"), path);
    assertEquals(1, result.out.stream().filter("-cp"::equals).count());
    int main = result.out.indexOf("org.ipvssync.command.Main");
    assertEquals(List.of(words.split(" ")), result.out.subList(main + 1, result.out.size()));
  }

  private static String classPath(Result result) {
    return result.out.get(result.out.indexOf("-cp") + 1);
  }

  private Map<String, String> javaHome() throws IOException {
    return Map.of("JAVA_HOME", java("some", "25").toString());
  }

  /** A folder like a JDK's; its java prints its name, then each argument on a line. */
  private Path java(String name, String version) throws IOException {
    Path folder = temp.resolve("java " + name);
    Path program = folder.resolve("bin/java");
    Files.createDirectories(program.getParent());
    Files.writeString(
        program, "#!/bin/sh\necho " + name + "\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done\n");
    executable(program);
    Files.writeString(
        folder.resolve("release"),
        "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
    return folder;
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(Map<String, String> environment, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    return run(environment, command, temp);
  }

  private static Result run(Map<String, String> environment, List<String> command, Path in)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile());
    builder.environment().keySet().removeIf(name -> name.contains("JAVA"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> lines =
        out.isEmpty() ? List.of() : List.of(out.substring(0, out.length() - 1).split("\n", -1));
    return new Result(process.waitFor(), lines, err);
  }
}
