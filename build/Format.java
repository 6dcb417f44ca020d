import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Runs google-java-format over all sources of the tree in one JVM: {@code --check DIR} lists what
 * is off and fails, {@code --fix DIR} rewrites it. Started by the root pom, which puts the
 * formatter on the class path.
 */
public final class Format {

  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean fix = args[0].equals("--fix");
    Path root = Path.of(args[1]).toRealPath();
    List<String> sources = sourcesBelow(root);
    if (sources.isEmpty()) {
      return; // the formatter calls an empty list a usage error
    }
    List<String> arguments = new ArrayList<>();
    if (fix) {
      arguments.add("--replace");
    } else {
      Collections.addAll(arguments, "--dry-run", "--set-exit-if-changed");
    }
    arguments.addAll(sources);

    StringWriter offending = new StringWriter();
    ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    int status =
        formatter.run(
            new PrintWriter(offending),
            new PrintWriter(System.err, true),
            arguments.toArray(String[]::new));
    offending
        .toString()
        .lines()
        .forEach(
            file ->
                System.err.println("not in the house format: " + root.relativize(Path.of(file))));
    if (status != 0) {
      System.err.println(
          fix ? "could not format" : "To put the format right: mvn -N -Pformat validate");
      System.exit(1);
    }
  }

  private static List<String> sourcesBelow(Path root) throws IOException {
    List<String> sources = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            boolean skipped = name.equals("target") || name.startsWith(".");
            return skipped && !directory.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(sources);
    return sources;
  }
}
