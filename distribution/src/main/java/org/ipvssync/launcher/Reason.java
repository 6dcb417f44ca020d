package org.ipvssync.launcher;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

/** Says why something failed, in one line where that is enough. */
final class Reason {
  /**
   * Failures that operators cause and mend: their message says all, a stack trace only hides it.
   */
  private static final Set<String> ENOUGH =
      Set.of(
          "org.ipvssync.api.link.ConfigException",
          "org.ipvssync.api.wire.TransportException",
          "org.osgi.framework.BundleException",
          "org.osgi.service.cm.ConfigurationException");

  /** The resolver says everything twice, with the numbers of bundles. */
  private static final Pattern RESOLVER_NOISE =
      Pattern.compile(
          " ?\\[\\S+ \\[\\d+\\]\\(R [^)]*\\)\\]| \\[\\d+\\]\\(R [^)]*\\)| Unresolved"
              + " requirements:.*");

  private Reason() {}

  /** The reason as one line; null when there is none, or only a stack trace explains it. */
  static String inOneLine(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      // By name: inside the framework the class comes from a bundle.
      if (ENOUGH.contains(t.getClass().getName()) && isPlain(t.getCause())) {
        return oneLine(t);
      }
    }
    return null;
  }

  /**
   * The reason as one line in any case: what it is at the bottom, and where in the program, which
   * is all that most stack traces say.
   */
  static String withPlace(Throwable failure) {
    String plain = inOneLine(failure);
    if (plain != null) {
      return plain;
    }
    Throwable bottom = failure;
    while (bottom.getCause() != null) {
      bottom = bottom.getCause();
    }
    String name = bottom.getClass().getSimpleName();
    String what = bottom.getMessage() == null ? name : name + ": " + oneLine(bottom);
    return bottom instanceof ClassNotFoundException || bottom instanceof LinkageError
        ? what
        : what + place(bottom);
  }

  private static String place(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .filter(f -> !f.getClassName().startsWith("java.") && !f.getClassName().startsWith("jdk."))
        .findFirst()
        .map(
            f ->
                " (at "
                    + f.getClassName()
                    + "."
                    + f.getMethodName()
                    + ":"
                    + f.getLineNumber()
                    + ")")
        .orElse("");
  }

  /** The deepest reason that has words, as one line. */
  static String deepest(Throwable failure) {
    Throwable best = failure;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t.getMessage() != null) {
        best = t;
      }
    }
    return best == null ? "" : oneLine(best);
  }

  /** A resolver's error names its own kind of exception beneath; that adds nothing. */
  private static boolean isPlain(Throwable cause) {
    return cause == null || cause.getClass().getName().startsWith("org.osgi.service.resolver.");
  }

  private static String oneLine(Throwable t) {
    String message = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
    return RESOLVER_NOISE.matcher(message.strip().replaceAll("\\s*\\R\\s*", " ")).replaceAll("");
  }
}
