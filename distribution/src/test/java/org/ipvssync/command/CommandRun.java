package org.ipvssync.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ipvssync.launcher.InstanceDir;

/**
 * What a run of the program in this process gave.
 *
 * @param status its exit status
 * @param out its standard output
 * @param err its standard error
 */
record CommandRun(int status, String out, String err) {
  /** Runs the words with nodes in the given directory and nothing to read. */
  static CommandRun of(Path nodes, String... words) {
    return withInput("", nodes, words);
  }

  /** Runs the words with something to read. */
  static CommandRun withInput(String input, Path nodes, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StandardIo io =
        new StandardIo(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    Context context = new Context(io, name -> new InstanceDir(name, nodes.resolve(name)));
    int status = Main.run(context, words);
    return new CommandRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
