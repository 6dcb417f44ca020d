package org.ipvssync.shell.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Gogo's own words for bundles, which print what is wrong and say that all went well: here each
 * failure is one line and a status, and an update that cannot be is taken back.
 *
 * <p>{@code felix:start} and the others are still there under their whole names.
 */
@Component(service = BundleCommands.class, immediate = true)
@GogoCommand(
    scope = "ipvs",
    function = {"install", "start", "stop", "update", "uninstall", "refresh"})
public final class BundleCommands {
  private static final String BUNDLES = "BUNDLE...: numbers or symbolic names; lb lists them";

  private final BundleContext context;
  private final Path folder;
  private final BundleUpdate update;

  /** For the bundles of the framework. */
  @Activate
  public BundleCommands(BundleContext context) {
    this(context, Patience.system(), folder(context));
  }

  BundleCommands(BundleContext context, Patience patience, Path folder) {
    this.context = context;
    this.folder = folder;
    this.update = new BundleUpdate(patience, folder);
  }

  /** Where copies of jars lie for a moment. */
  static Path folder(BundleContext context) {
    File data = context.getDataFile("");
    return data == null ? Path.of(System.getProperty("java.io.tmpdir")) : data.toPath();
  }

  /** What is done with one bundle. */
  @FunctionalInterface
  private interface Step {
    void run(Bundle bundle) throws Exception;
  }

  /** Installs bundles. */
  @Descriptor(
      """
      installs bundles and says their numbers; 'start' starts them
         example: ipvs:install file:/tmp/org.ipvssync.codec.v2-1.0.0.jar\
      """)
  public String install(
      @Descriptor("URL...: where the jars are, such as file:/tmp/new.jar") String... urls)
      throws Exception {
    given("install", "URL", urls);
    List<String> lines = new ArrayList<>();
    for (String url : urls) {
      try {
        lines.add("Bundle ID: " + installOne(url));
      } catch (CommandFailure e) {
        throw CommandFailure.failed("install: " + e.getMessage());
      }
    }
    return String.join("\n", lines);
  }

  private long installOne(String where) throws IOException {
    try (BundleJar jar = BundleJar.read(where, folder);
        var bytes = jar.open()) {
      for (Bundle same : BundleWords.find(context, jar.name())) {
        if (same.getVersion().equals(jar.version())) {
          throw CommandFailure.failed(
              where
                  + ": is "
                  + BundleWords.label(same)
                  + ", installed already as "
                  + same.getBundleId()
                  + "; 'update "
                  + same.getBundleId()
                  + " URL' exchanges it");
        }
      }
      String location = BundleJar.url(where);
      Bundle there = context.getBundle(location);
      if (there != null) {
        throw CommandFailure.failed(
            where
                + ": from there "
                + BundleWords.label(there)
                + " was installed; 'update' reads it again");
      }
      return context.installBundle(location, bytes).getBundleId();
    } catch (BundleException e) {
      throw CommandFailure.failed(where + ": " + BundleWords.reason(e));
    }
  }

  /** Starts bundles. */
  @Descriptor(
      """
      starts bundles, by number or symbolic name
         example: ipvs:start org.ipvssync.codec.v0\
      """)
  public void start(
      @Parameter(
              names = {"-t", "--transient"},
              presentValue = "true",
              absentValue = "false")
          @Descriptor("as Gogo's; a node forgets it at its end anyway")
          boolean isTransient,
      @Descriptor(BUNDLES) String... bundles) {
    int options = Bundle.START_ACTIVATION_POLICY | (isTransient ? Bundle.START_TRANSIENT : 0);
    each("start", bundles, bundle -> bundle.start(options));
  }

  /** Stops bundles. */
  @Descriptor(
      """
      stops bundles, by number or symbolic name; links that used them wait or take another
         example: ipvs:stop org.ipvssync.codec.v0\
      """)
  public void stop(
      @Parameter(
              names = {"-t", "--transient"},
              presentValue = "true",
              absentValue = "false")
          @Descriptor("as Gogo's; a node forgets it at its end anyway")
          boolean isTransient,
      @Descriptor(BUNDLES) String... bundles) {
    each(
        "stop",
        bundles,
        bundle -> notTheShell(bundle).stop(isTransient ? Bundle.STOP_TRANSIENT : 0));
  }

  /** Exchanges the content of a bundle. */
  @Descriptor(
      """
      exchanges a bundle for another version of it; what does not start is taken back
         example: ipvs:update org.ipvssync.codec.v1 file:/tmp/org.ipvssync.codec.v1-1.0.1.jar\
      """)
  public String update(
      @Descriptor(
              "BUNDLE [URL]: number or symbolic name, and where the jar is; without URL where it"
                  + " came from")
          String... words) {
    given("update", "BUNDLE", words);
    if (words.length > 2) {
      throw CommandFailure.usage("update: BUNDLE and URL are expected; see 'help ipvs:update'");
    }
    List<String> lines = new ArrayList<>();
    each(
        "update",
        new String[] {words[0]},
        bundle ->
            lines.addAll(
                update(notTheShell(bundle), words.length == 2 ? words[1] : source(bundle))));
    return String.join("\n", lines);
  }

  private static String source(Bundle bundle) {
    String header = bundle.getHeaders("").get(Constants.BUNDLE_UPDATELOCATION);
    return header == null ? bundle.getLocation() : header;
  }

  private List<String> update(Bundle bundle, String url) throws Exception {
    Version before = bundle.getVersion();
    try (BundleJar jar = BundleJar.read(url, folder)) {
      if (!jar.name().equals(bundle.getSymbolicName())) {
        throw CommandFailure.failed(
            url + ": is the bundle " + jar.name() + ", not " + bundle.getSymbolicName());
      }
      for (Bundle same : BundleWords.find(context, jar.name())) {
        if (same != bundle && same.getVersion().equals(jar.version())) {
          throw CommandFailure.failed(
              url
                  + ": is "
                  + BundleWords.label(same)
                  + ", installed already as "
                  + same.getBundleId());
        }
      }
      update.run(bundle, jar);
    } catch (BundleException e) {
      throw CommandFailure.failed(url + ": " + e.getMessage());
    }
    String done = bundle.getSymbolicName() + " " + before + " -> " + bundle.getVersion();
    return wiring().getRemovalPendingBundles().contains(bundle)
        ? List.of(done, "others still use what it had; 'refresh' restarts them with the new one")
        : List.of(done);
  }

  /** Uninstalls bundles. */
  @Descriptor(
      """
      stops bundles and removes them
         example: ipvs:uninstall org.ipvssync.codec.v0\
      """)
  public void uninstall(@Descriptor(BUNDLES) String... bundles) {
    each("uninstall", bundles, bundle -> notTheShell(bundle).uninstall());
  }

  /** Lets bundles change over to what others have now. */
  @Descriptor(
      """
      restarts bundles, and all that use their packages, with what is installed now
         example: ipvs:refresh\
      """)
  public void refresh(
      @Descriptor(
              "BUNDLE...: numbers or symbolic names; without: all that still use what was updated"
                  + " or uninstalled")
          String... bundles)
      throws Exception {
    List<Bundle> named =
        Arrays.stream(bundles).map(word -> found("refresh", word)).distinct().toList();
    try {
      GogoOutput.with(out -> new BundleRefresh(context).run(named, out));
    } catch (CommandFailure e) {
      throw CommandFailure.failed("refresh: " + e.getMessage());
    }
  }

  private void each(String command, String[] words, Step step) {
    given(command, "BUNDLE", words);
    for (String word : words) {
      Bundle bundle = found(command, word);
      try {
        step.run(bundle);
      } catch (CommandFailure e) {
        throw CommandFailure.failed(command + ": " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommandFailure.failed(command + ": interrupted");
      } catch (Exception e) {
        throw CommandFailure.failed(command + ": " + word + ": " + BundleWords.reason(e));
      }
    }
  }

  private Bundle found(String command, String word) {
    try {
      return BundleWords.one(context, word);
    } catch (CommandFailure e) {
      throw CommandFailure.failed(command + ": " + e.getMessage());
    }
  }

  /** This bundle would wait for the end of its own command; and the framework is the node. */
  private Bundle notTheShell(Bundle bundle) {
    if (bundle.getBundleId() == 0) {
      throw CommandFailure.failed("bundle 0 is the framework; 'shutdown' ends the node");
    }
    if (bundle.equals(context.getBundle())) {
      throw CommandFailure.failed(
          bundle.getSymbolicName()
              + " runs this command; another version of it comes with the distribution, at the next"
              + " start of the node");
    }
    return bundle;
  }

  private FrameworkWiring wiring() {
    return context.getBundle(0).adapt(FrameworkWiring.class);
  }

  private static void given(String command, String what, String... words) {
    if (words.length == 0) {
      throw CommandFailure.usage(
          command
              + ": "
              + what
              + " is missing"
              + (what.equals("BUNDLE") ? "; 'lb' lists them" : ""));
    }
  }
}
