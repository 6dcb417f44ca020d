package org.ipvssync.shell.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gogo as a line shell: results are printed as Gogo prints them, failures become one line. */
final class GogoShell implements LineShell {
  private static final Logger LOG = LoggerFactory.getLogger(GogoShell.class);

  /** Gogo's own message when no method takes the words that were typed. */
  private static final Pattern WRONG_WORDS = Pattern.compile("Cannot coerce (\\w+)\\(");

  private final CommandProcessor processor;
  private final NodeStop stop;

  GogoShell(CommandProcessor processor, NodeStop stop) {
    this.processor = processor;
    this.stop = stop;
  }

  @Override
  public Session open(OutputStream out, OutputStream err) {
    CommandSession session = processor.createSession(InputStream.nullInputStream(), out, err);
    // A client's words are its own: no file of this process's folder is meant by an asterisk.
    session.put(CommandSession.OPTION_NO_GLOB, true);
    session.put("SCOPE", "ipvs:*");
    return new GogoSession(session, out, err);
  }

  private final class GogoSession implements Session {
    private final CommandSession session;
    private final OutputStream out;
    private final OutputStream err;

    GogoSession(CommandSession session, OutputStream out, OutputStream err) {
      this.session = session;
      this.out = out;
      this.err = err;
    }

    @Override
    public int run(String line) {
      if (line.isBlank()) {
        return CommandFailure.DONE;
      }
      try {
        Object result = session.execute(line);
        String text = result == null ? "" : session.format(result, Converter.INSPECT).toString();
        if (!text.isEmpty()) {
          printLine(out, text);
        }
        return CommandFailure.DONE;
      } catch (Exception e) {
        CommandFailure failure = failure(e, line);
        LOG.debug("{}: {}", line, failure.getMessage(), e);
        printLine(err, oneLine(failure.getMessage()));
        return failure.exit();
      }
    }

    @Override
    public void replied() {
      stop.replied(session);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /** What went wrong, in words for the one who typed the line. */
  private static CommandFailure failure(Exception thrown, String line) {
    Throwable e = thrown;
    while ((e instanceof InvocationTargetException || e instanceof ExecutionException)
        && e.getCause() != null) {
      e = e.getCause();
    }
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return switch (e) {
      case CommandFailure failure -> failure;
      case CommandNotFoundException unknown ->
          CommandFailure.usage(
              "no command '" + unknown.getCommand() + "'; 'help' lists those there are");
      case SyntaxError _, EOFException _ ->
          CommandFailure.usage("cannot read the line: " + message);
      case IllegalArgumentException _ when WRONG_WORDS.matcher(message).find() ->
          CommandFailure.usage(wrongWords(message, line));
      case InterruptedException _ -> CommandFailure.failed("interrupted");
      default -> CommandFailure.failed(message);
    };
  }

  private static String wrongWords(String message, String line) {
    Matcher command = WRONG_WORDS.matcher(message);
    String lowerCase = command.find() ? command.group(1) : "";
    // Gogo names the command in lower case, but help wants it as it is written.
    Matcher typed =
        Pattern.compile("[\\w:]*\\b" + lowerCase + "\\b", Pattern.CASE_INSENSITIVE).matcher(line);
    String name = typed.find() ? typed.group() : lowerCase;
    return name
        + ": wrong arguments; see 'help "
        + name
        + "' (an option is written '--name value')";
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static void printLine(OutputStream to, String text) {
    try {
      to.write((text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8));
      to.flush();
    } catch (IOException e) {
      LOG.debug("the client went away before it was told: {}", text, e);
    }
  }
}
