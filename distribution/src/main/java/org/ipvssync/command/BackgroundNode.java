package org.ipvssync.command;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.launcher.Home;
import org.ipvssync.launcher.InstanceDir;

/** A node's process that outlives the command which started it. */
final class BackgroundNode {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final int LAST_WORDS_BYTES = 16_384;

  private final Process process;
  private final Path log;
  private final long logBegin;

  private BackgroundNode(Process process, Path log, long logBegin) {
    this.process = process;
    this.log = log;
    this.logBegin = logBegin;
  }

  /** Starts it in a session of its own; what it writes before its log is there goes to the log. */
  static BackgroundNode start(InstanceDir dir) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    } else {
      // The JVM leaves signals alone that it was started to ignore.
      command.addAll(List.of("/bin/sh", "-c", "trap '' HUP INT QUIT; exec \"$0\" \"$@\""));
    }
    command.add(Home.find().script().toString());
    command.addAll(List.of("run", "--instance", dir.name(), "--background"));
    File log = dir.logFile().toFile();
    long begin = log.length();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("IPVS_SYNCD_JAVA", System.getProperty("java.home") + "/bin/java");
    builder.directory(dir.root().toFile()); // where a crashed JVM leaves its report
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    return new BackgroundNode(builder.start(), log.toPath(), begin);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** True when it ended because another process is the node. */
  boolean foundAnother(InstanceDir dir) throws IOException {
    return tail().lines().anyMatch(line -> line.startsWith(Main.PROGRAM + dir.alreadyRuns()));
  }

  /** Ends it, with what it started. */
  void end() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  /** The last line of its log that says why it ended. */
  String lastWord() throws IOException {
    String last = "";
    String best = "";
    for (String line : tail().lines().toList()) {
      last = line.isBlank() ? last : line.strip();
      if (line.startsWith("ipvs-syncd: ")) {
        best = line.substring("ipvs-syncd: ".length());
      } else if (line.contains(" ERROR ")) {
        best = line.strip();
      }
    }
    String words = best.isEmpty() ? last : best;
    return words.isEmpty() ? "exit status " + process.exitValue() + ", see " + log : words;
  }

  private String tail() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(Math.min(logBegin, file.length()), file.length() - LAST_WORDS_BYTES);
      file.seek(from);
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
