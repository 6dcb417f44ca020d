package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Commands that exchange parts by name; not there without ConfigurationAdmin. */
@Component(service = SwapCommands.class, immediate = true)
@GogoCommand(
    scope = "ipvs",
    function = {"codec", "table"})
public final class SwapCommands {
  /** One at a time: each looks first and then changes. */
  private final ReentrantLock lock = new ReentrantLock();

  private final CodecSwap codecs;
  private final TableSwap tables;
  private final KeptSettings settings;

  /** In a running node. */
  @Activate
  public SwapCommands(
      BundleContext context,
      @Reference NodeTracker tracker,
      @Reference ConfigurationAdmin admin,
      @Reference ShellLimits limits) {
    this(
        tracker,
        new CmKeptSettings(admin, confDir(context.getProperty("ipvssync.conf.dir"))),
        Patience.system(),
        limits);
  }

  SwapCommands(NodeView view, KeptSettings settings, Patience patience, ShellLimits limits) {
    codecs = new CodecSwap(view, settings, patience, limits);
    tables = new TableSwap(view, settings, patience, limits);
    this.settings = settings;
  }

  private static Path confDir(String property) {
    return Path.of(property == null ? "conf" : property);
  }

  /** Exchanges the codec of master links. */
  @Descriptor(
      """
      lets master links send with another codec, and keeps the choice; returns when they do
         example: ipvs:codec v0 eth0\
      """)
  public void codec(
      @Descriptor(
              "[NAME [LINK]]: name of the codec, such as v1; of all master links, or of one."
                  + " Without: what is in use and what there is")
          String... words)
      throws Exception {
    atMost(2, "codec", words);
    lock.lockInterruptibly();
    try {
      GogoOutput.with(
          out -> {
            if (words.length == 0) {
              codecs.show(out);
            } else {
              codecs.swap(
                  words[0], words.length == 1 ? Optional.empty() : Optional.of(words[1]), out);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  /** Exchanges the table. */
  @Descriptor(
      """
      moves the connections into another table, and keeps the choice; returns when they are there
         example: ipvs:table memory\
      """)
  public void table(
      @Descriptor(
              "[NAME]: name of the table, such as memory; without: what is in use and what there"
                  + " is")
          String... words)
      throws Exception {
    atMost(1, "table", words);
    lock.lockInterruptibly();
    try {
      GogoOutput.with(
          out -> {
            if (words.length == 0) {
              tables.show(out);
            } else {
              tables.swap(words[0], out);
              sayWhereKept(out);
            }
          });
    } finally {
      lock.unlock();
    }
  }

  /** Other nodes may read the same file. */
  private void sayWhereKept(PrintWriter out) throws IOException {
    if (settings.nodeValue("table").isPresent()) {
      out.println("kept in " + settings.keptInNode());
    }
  }

  private static void atMost(int most, String command, String... words) {
    if (words.length > most) {
      throw CommandFailure.usage(
          command + ": unknown word '" + words[most] + "'; see 'help ipvs:" + command + "'");
    }
  }
}
