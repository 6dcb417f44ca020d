package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every command with one line on standard error and status 1.
 *
 * @param line the line, without its end
 */
record RefusingShell(String line) implements LineShell {
  private static final Logger LOG = LoggerFactory.getLogger(RefusingShell.class);

  @Override
  public Session open(OutputStream out, OutputStream err) {
    byte[] answer = (line + "\n").getBytes(StandardCharsets.UTF_8);
    return new Session() {
      @Override
      public int run(String ignored) {
        try {
          err.write(answer);
        } catch (IOException e) {
          LOG.debug("the client did not wait for its refusal", e);
        }
        return CommandFailure.FAILED;
      }

      @Override
      public void replied() {
        // Nobody waits for it.
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
