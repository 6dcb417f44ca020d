package org.ipvssync.shell.internal;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Bundles and their failures in words for people. */
final class BundleWords {
  /** The resolver says everything twice, with the numbers of bundles. */
  private static final Pattern RESOLVER_NOISE =
      Pattern.compile(
          " ?\\[\\S+ \\[\\d+\\]\\(R [^)]*\\)\\]| \\[\\d+\\]\\(R [^)]*\\)| Unresolved"
              + " requirements:.*");

  private BundleWords() {}

  /** The bundles of that number, or of that name. */
  static List<Bundle> find(BundleContext context, String word) {
    if (word.matches("\\d{1,18}")) {
      Bundle bundle = context.getBundle(Long.parseLong(word));
      return bundle == null ? List.of() : List.of(bundle);
    }
    return Arrays.stream(context.getBundles())
        .filter(b -> word.equals(b.getSymbolicName()))
        .toList();
  }

  /** The one bundle of that number or name. */
  static Bundle one(BundleContext context, String word) {
    List<Bundle> found = find(context, word);
    if (found.isEmpty()) {
      throw CommandFailure.failed(
          "no bundle has the name or number '" + word + "'; 'lb' lists them");
    }
    if (found.size() > 1) {
      String all =
          found.stream()
              .map(b -> b.getBundleId() + " (" + b.getVersion() + ")")
              .collect(Collectors.joining(", "));
      throw CommandFailure.failed("several bundles are named " + word + ", say the number: " + all);
    }
    return found.getFirst();
  }

  /** Name and version. */
  static String label(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  /** Why the framework would not, in one line. */
  static String reason(Exception failure) {
    Throwable best = failure;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      best = t.getMessage() == null || isResolvers(t) ? best : t;
    }
    String message =
        best.getMessage() == null ? best.getClass().getSimpleName() : best.getMessage();
    boolean plain = best == failure || best instanceof BundleException;
    return RESOLVER_NOISE
        .matcher(plain ? message : best.getClass().getSimpleName() + ": " + message)
        .replaceAll("");
  }

  /** The resolver's own kind of exception adds nothing. */
  private static boolean isResolvers(Throwable t) {
    return t.getClass().getName().startsWith("org.osgi.service.resolver.");
  }
}
