package org.ipvssync.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/** A node of ours on a machine of the lab: the packaged distribution, as an operator runs it. */
final class SyncdNode {
  private static final Duration START_PATIENCE = Duration.ofSeconds(180);
  private static final String COMMAND = Guest.DISTRIBUTION + "/bin/ipvs-syncd";

  private final Namespace machine;
  private final String instance;
  private final Map<String, String> environment = new TreeMap<>();

  /**
   * Not started yet; its run directory is /run/ipvs-syncd/INSTANCE of the guest, its configuration
   * folder /run/conf/INSTANCE.
   *
   * @param instance its name; by convention that of the machine
   */
  SyncdNode(Namespace machine, String instance) {
    this.machine = machine;
    this.instance = instance;
    environment.put("IPVS_SYNCD_JAVA", Guest.JDK);
    environment.put("IPVS_SYNCD_RUN", "/run/ipvs-syncd");
    environment.put("IPVS_SYNCD_CONF", "/run/conf/" + instance);
    environment.put("IPVS_SYNCD_JAVA_OPTS", "-Xms16m -Xmx128m");
    machine.guest().run("mkdir -p /run/conf/" + instance);
  }

  /** Sets a variable for the commands that follow. */
  SyncdNode with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Writes a file of its configuration folder, such as {@code org.ipvssync.role.backup-in.cfg}. */
  SyncdNode configure(String file, Map<String, ?> values) {
    String text =
        values.entrySet().stream()
            .map(e -> e.getKey() + " = " + e.getValue())
            .sorted()
            .collect(Collectors.joining("\n"));
    // Renamed into place: the node never sees half of it.
    String path = "/run/conf/%s/%s".formatted(instance, file);
    machine
        .guest()
        .run("cat >%s.tmp <<'END'\n%s\nEND\nmv %s.tmp %s".formatted(path, text, path, path));
    return this;
  }

  /**
   * The command itself, with the instance; a JVM each time, which takes about two seconds.
   *
   * @return its output; fails when its status is not 0
   */
  String command(String... words) {
    return machine.run(line(words), START_PATIENCE);
  }

  /** The same, whatever its status. */
  Guest.Result tryCommand(String... words) {
    return machine.tryRun(line(words), START_PATIENCE);
  }

  private String line(String... words) {
    String variables =
        environment.entrySet().stream()
            .map(e -> e.getKey() + "='" + e.getValue() + "'")
            .collect(Collectors.joining(" "));
    return "%s %s --instance=%s %s"
        .formatted(variables, COMMAND, instance, String.join(" ", words));
  }

  /**
   * Starts {@code run}, with the links of its configuration folder, and waits until they are up.
   */
  Job run() throws Exception {
    Job job = start();
    awaitUp();
    return job;
  }

  /** Starts {@code run}, as {@link #run}, and goes on at once. */
  Job start() {
    return machine.start("exec env " + line("run"));
  }

  /** Waits until the node says that it is ready. */
  void awaitReady(Duration patience) throws Exception {
    Namespace.await(
        instance + " is ready", patience, () -> tryControl("ready"), result -> result.exit() == 0);
  }

  /** Waits until the node answers and all its links are up. */
  void awaitUp() throws Exception {
    Namespace.await(
        instance + " is up",
        START_PATIENCE,
        () -> {
          Guest.Result result = tryControl("status --json");
          return result.exit() == 0 ? json(result.output()).get("links") : List.of();
        },
        links ->
            !((List<?>) links).isEmpty()
                && ((List<?>) links)
                    .stream().allMatch(link -> "up".equals(((Map<?, ?>) link).get("state"))));
  }

  /**
   * Has the node run a line of its shell, without a JVM; options are written {@code --name value}
   * there.
   */
  String control(String line) {
    Guest.Result result = tryControl(line);
    if (result.exit() != 0) {
      throw new AssertionFailedError(instance + ": " + line + ": " + result.output());
    }
    return result.output();
  }

  /** The same, whatever its status; also when there is no node. */
  Guest.Result tryControl(String line) {
    return machine
        .guest()
        .call("control", Map.of("path", runDir() + "/control.sock", "line", line), Guest.PATIENCE);
  }

  /** What {@code status --json} says. */
  Map<String, Object> status() {
    return json(control("status --json"));
  }

  /** A link of the status. */
  Map<?, ?> link(String name) {
    return ((List<?>) status().get("links"))
        .stream()
            .map(link -> (Map<?, ?>) link)
            .filter(link -> name.equals(link.get("name")))
            .findFirst()
            .orElseThrow(() -> new AssertionFailedError(instance + " has no link " + name));
  }

  /** The rows of its table. */
  ProcTable table() {
    String text = control("connections --format proc");
    return ProcTable.ofConnSync(System.currentTimeMillis(), text);
  }

  /** Where it keeps its files, in the guest. */
  String runDir() {
    return "/run/ipvs-syncd/" + instance;
  }

  /** What it has logged in the background. */
  String log() {
    return machine.guest().run("cat " + runDir() + "/log/node.log");
  }

  /** Ends it with no warning, wherever it stands. */
  void kill9() {
    machine.guest().run("kill -9 $(cat " + runDir() + "/pid)");
  }

  /** Keeps in the guest's folder what explains a failure. */
  void keepEvidence() {
    machine
        .guest()
        .outside()
        .tryRun(
            "cp -r %s/log %s/%s.log; cp %s/* %s/"
                .formatted(runDir(), Guest.OUT, instance, "/run/conf/" + instance, Guest.OUT),
            Guest.PATIENCE);
    for (String line : List.of("status", "connections --format proc")) {
      tryControl(line); // into the transcript
    }
  }

  /** What {@code decode --json} says of a capture; runs here, not in the guest. */
  static List<Map<String, Object>> decode(Path capture) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Guest.distribution().resolve("bin/ipvs-syncd").toString(),
            "decode",
            capture.toString(),
            "--json");
    builder.environment().put("IPVS_SYNCD_JAVA", System.getProperty("java.home"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionFailedError("decode " + capture + ": " + text);
    }
    return text.lines().map(SyncdNode::json).toList();
  }

  static Map<String, Object> json(String text) {
    try {
      return JSON.std.mapFrom(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
