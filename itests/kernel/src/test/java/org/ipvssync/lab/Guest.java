package org.ipvssync.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Linux kernel of its own, as a process: User-Mode Linux on the host's files, which it only
 * reads. Network namespaces in it stand for machines. Requests go to the agent in the guest, many
 * at a time; safe for use by several threads.
 *
 * <p>What the guest may write on the host is {@link #folder()}; it sees it as {@link #OUT}. A file
 * that the guest has read must not be written anew: it keeps what it read.
 */
final class Guest implements AutoCloseable {
  /** The guest's name for {@link #folder()}. */
  static final String OUT = "/mnt/out";

  /** The guest's name for the packaged distribution. */
  static final String DISTRIBUTION = "/mnt/ipvs-syncd";

  /** The guest's name for the JDK of this test. */
  static final String JDK = "/mnt/jdk";

  /** For a request that names no timeout. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Duration BOOT_PATIENCE = Duration.ofSeconds(90);
  private static final Duration HALT_PATIENCE = Duration.ofSeconds(10);
  private static final String ANSWER = "@@ ";

  /** Where User-Mode Linux keeps a guest's memory, unless told otherwise. */
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private static final int GUESTS_AT_ONCE = 3;
  private static final String AGENT = "agent";

  private final Path folder;
  private final Transcript transcript;
  private final Process process;
  private final Map<String, Request> requests = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();

  /**
   * How a shell's line ended.
   *
   * @param exit status; negative is the signal that ended it
   * @param output standard output and standard error
   */
  record Result(int exit, String output) {}

  private record Request(CompletableFuture<Long> pid, CompletableFuture<Integer> exit) {
    Request() {
      this(new CompletableFuture<>(), new CompletableFuture<>());
    }
  }

  private Guest(Path folder, Transcript transcript, Process process) {
    this.folder = folder;
    this.transcript = transcript;
    this.process = process;
  }

  /**
   * Boots; takes about four seconds.
   *
   * @param folder an existing folder, of this guest alone
   * @param memoryMiB of the guest; taken from the host as it is used
   * @param modules names of modules, each loaded after those that it needs, {@code NAME:KEY=VALUE}
   *     sets a parameter
   */
  static Guest boot(Path folder, Transcript transcript, int memoryMiB, List<String> modules)
      throws Exception {
    Packages.require();
    Files.createDirectory(folder.resolve("rpc"));
    Path lab = Files.createDirectory(folder.resolve("lab"));
    for (String name : List.of("init.sh", "agent.py", "traffic.py")) {
      try (var resource = Guest.class.getResourceAsStream(name)) {
        Files.copy(resource, lab.resolve(name));
      }
    }
    Path init = lab.resolve("init.sh");
    Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> line =
        List.of(
            "linux.uml",
            "mem=" + memoryMiB + "M",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
            "init=" + init,
            "con=null",
            "con0=fd:0,fd:1",
            "quiet",
            "loglevel=3",
            "umid=guest",
            "uml_dir=" + word(folder) + "/",
            "LAB_OUT=" + word(folder),
            "LAB_RO=jdk=%s,ipvs-syncd=%s"
                .formatted(word(Path.of(System.getProperty("java.home"))), word(distribution())),
            "LAB_MODULES=" + String.join(",", modules));
    long began = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    if (!hasRoom(SHARED_MEMORY, memoryMiB)) {
      transcript.say(
          SHARED_MEMORY + " is small: the guest's memory is a file in its folder, slowly");
      builder.environment().put("TMPDIR", folder.toString());
    }
    Process process = builder.start();
    Guest guest = new Guest(folder, transcript, process);
    Request agent = new Request();
    guest.requests.put(AGENT, agent);
    Thread.ofVirtual().name("console of " + folder.getFileName()).start(guest::readConsole);
    try {
      agent.pid().get(BOOT_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      guest.kill();
      throw new IllegalStateException(
          "the guest did not boot; what it said is in " + folder.resolve("transcript.txt"), e);
    }
    transcript.say("booted in " + Transcript.took(began));
    return guest;
  }

  /** Others' guests may come; one that finds it full later dies. */
  private static boolean hasRoom(Path place, long memoryMiB) throws IOException {
    return Files.isDirectory(place)
        && Files.getFileStore(place).getUsableSpace() >> 20 >= GUESTS_AT_ONCE * memoryMiB;
  }

  /** The packaged distribution, on the host. */
  static Path distribution() throws IOException {
    String home = System.getProperty("ipvssync.home");
    if (home == null || !Files.isDirectory(Path.of(home))) {
      throw new IllegalStateException(
          "system property ipvssync.home must name the packaged distribution; run mvn verify");
    }
    return Path.of(home).toRealPath();
  }

  /** A path as a word of the kernel's command line and in a list of mounts. */
  private static String word(Path path) {
    if (path.toString().matches(".*[\\s,=\"].*")) {
      throw new IllegalStateException("a guest cannot take a path with blanks or commas: " + path);
    }
    return path.toString();
  }

  /** Files of the guest, on the host. */
  Path folder() {
    return folder;
  }

  Transcript transcript() {
    return transcript;
  }

  /** The network namespace of that name; {@code ip netns add} makes it. */
  Namespace in(String namespace) {
    return new Namespace(this, namespace);
  }

  /** The guest's first network namespace, in which the bridges are. */
  Namespace outside() {
    return new Namespace(this, "");
  }

  /** A shell's line outside of the namespaces, to its good end: see {@link Namespace#run}. */
  String run(String line) {
    return outside().run(line);
  }

  /**
   * One request to the agent, to its end.
   *
   * @param what its kind, after {@code do_} in agent.py
   * @throws IllegalStateException when it does not end in time, or the guest does
   */
  Result call(String what, Map<String, Object> arguments, Duration timeout) {
    long began = System.nanoTime();
    String name = send(what, arguments);
    String namespace = String.valueOf(arguments.getOrDefault("ns", ""));
    try {
      int exit = requests.get(name).exit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      Result result = new Result(exit, output(name));
      transcript.add(
          namespace,
          described(what, arguments),
          (exit == 0 ? "" : "status " + exit + ", ") + Transcript.took(began),
          result.output());
      return result;
    } catch (TimeoutException e) {
      String output = output(name);
      transcript.add(namespace, described(what, arguments), "does not end", output);
      throw new IllegalStateException(
          "in %s: not ended within %d s: %s%n%s"
              .formatted(namespace, timeout.toSeconds(), described(what, arguments), output),
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the guest ended: " + described(what, arguments), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + described(what, arguments), e);
    } finally {
      requests.remove(name);
    }
  }

  /** A shell's line that goes on by itself. */
  Job start(String namespace, String line) {
    String name = send("run", arguments(namespace, Map.of("line", line)));
    Request request = requests.get(name);
    try {
      long pid = request.pid().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      transcript.add(namespace, line, "started as " + pid, "");
      return new Job(
          this, namespace, line, pid, request.exit(), folder.resolve("rpc", name + ".out"));
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("in " + namespace + ": cannot be started: " + line, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + line, e);
    }
  }

  static Map<String, Object> arguments(String namespace, Map<String, Object> others) {
    Map<String, Object> all = new TreeMap<>(others);
    if (!namespace.isEmpty()) {
      all.put("ns", namespace);
    }
    return all;
  }

  private static String described(String what, Map<String, Object> arguments) {
    Object line = arguments.get("line");
    if (what.equals("run")) {
      return line.toString();
    }
    Map<String, Object> shown = new TreeMap<>(arguments);
    shown.remove("ns");
    String text = what + " " + shown;
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private String send(String what, Map<String, Object> arguments) {
    String name = Integer.toString(names.incrementAndGet());
    Map<String, Object> request = new TreeMap<>(arguments);
    request.put("do", what);
    requests.put(name, new Request());
    try {
      Files.writeString(folder.resolve("rpc", name + ".json"), JSON.std.asString(request));
      OutputStream console = process.getOutputStream();
      synchronized (console) {
        console.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
        console.flush();
      }
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException("the guest takes no requests: " + what + arguments, e);
    }
  }

  private String output(String name) {
    Path file = folder.resolve("rpc", name + ".out");
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      Files.delete(file);
      Files.deleteIfExists(folder.resolve("rpc", name + ".json"));
      return text;
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readConsole() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int answer = line.indexOf(ANSWER);
        if (answer >= 0) {
          take(line.substring(answer + ANSWER.length()).strip().split(" "));
        } else if (!line.isBlank()) {
          transcript.console(line);
        }
      }
    } catch (IOException e) {
      transcript.console("cannot be read any more: " + e);
    }
    Exception gone = new IOException("the guest has ended");
    for (Request request : requests.values()) {
      request.pid().completeExceptionally(gone);
      request.exit().completeExceptionally(gone);
    }
  }

  private void take(String[] words) {
    Request request = requests.get(words[0]);
    if (request == null) {
      return; // nobody waits any more
    }
    try {
      if (words[1].equals("pid")) {
        request.pid().complete(Long.valueOf(words[2]));
      } else {
        request.exit().complete(Integer.valueOf(words[2]));
      }
    } catch (NumberFormatException e) {
      // A message of the guest's kernel stands in the same line; the request runs into its timeout.
      transcript.console("not an answer: " + String.join(" ", words));
    }
  }

  /** Powers the guest off; ends its processes on the host, and no others, when it does not. */
  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        send("run", Map.of("line", "busybox poweroff -f"));
      }
      process.waitFor(HALT_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (UncheckedIOException e) {
      transcript.console("not powered off: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
    }
  }

  private void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    // Until then it may still remove files of its own from the folder.
    process.onExit().completeOnTimeout(process, HALT_PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
