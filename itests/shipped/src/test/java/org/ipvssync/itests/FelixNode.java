package org.ipvssync.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.ipvssync.itests.agent.NodeAgent;
import org.ipvssync.launcher.FrameworkSettings;
import org.ipvssync.launcher.OsgiLogService;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.log.LogService;
import org.osgi.service.log.LoggerFactory;

/**
 * A node in this JVM: the shipped bundles in a framework of their own, at their start levels, with
 * the properties that the launcher gives. Closing it stops the framework and removes its folder.
 */
final class FelixNode implements AutoCloseable {
  /** The node's name. */
  static final String INSTANCE = "itest";

  /** What the node says its version is. */
  static final String VERSION = "1.0.0-itest";

  /** Framework property: the watched configuration folder. */
  static final String CONF_DIR = "ipvssync.conf.dir";

  /** Framework property: the folder of the control socket. */
  static final String RUN_DIR = "ipvssync.run.dir";

  private static final String AGENT_PACKAGE = NodeAgent.class.getPackageName();

  private final ExamSystem system;
  private final NativeTestContainer container;
  private final Path folder;
  private Bundle probe;

  private FelixNode(Path folder) throws IOException {
    this.folder = folder;
    system = DefaultExamSystem.create(options(folder));
    FrameworkFactory felix = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
    container = new NativeTestContainer(system, felix);
  }

  /** Starts the shipped bundles; they ask no peer for its table before a test wants it. */
  static FelixNode start() throws IOException {
    return start("atStart = false\n");
  }

  /** Starts the shipped bundles with an empty configuration folder. */
  static FelixNode startAsShipped() throws IOException {
    return start("");
  }

  private static FelixNode start(String resync) throws IOException {
    Path folder = TestFolder.create();
    for (String name : List.of("run", "data", "conf", "deploy")) {
      Files.createDirectory(folder.resolve(name), TestFolder.OWNER_ONLY);
    }
    if (!resync.isEmpty()) {
      Files.writeString(folder.resolve("conf/org.ipvssync.resync.cfg"), resync);
    }
    FelixNode node = new FelixNode(folder);
    try {
      node.container.start();
      node.context()
          .registerService(
              new String[] {LogService.class.getName(), LoggerFactory.class.getName()},
              OsgiLogService.factory(),
              null);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private static Option[] options(Path folder) throws IOException {
    List<Option> options = new ArrayList<>();
    for (Map.Entry<Integer, List<Path>> level : Distribution.bundles().entrySet()) {
      for (Path jar : level.getValue()) {
        options.add(bundle("reference:" + jar.toUri()).startLevel(level.getKey()));
      }
    }
    options.add(workingDirectory(folder.resolve("cache").toString()));
    options.add(systemTimeout(Await.PATIENCE.toMillis()));
    // What the launcher's class path lends to the bundles; here it is the tests' own class path.
    options.add(systemPackages(FrameworkSettings.systemPackages().split(",")));
    options.add(
        systemPackages(
            "org.junit.jupiter.api",
            "org.junit.jupiter.api.function",
            "org.opentest4j",
            "com.fasterxml.jackson.jr.ob",
            "org.ipvssync.vectors",
            AGENT_PACKAGE));
    Path conf = folder.resolve("conf");
    Map<String, String> properties =
        Map.of(
            "felix.bootdelegation.implicit",
            "false",
            "ipvssync.instance",
            INSTANCE,
            "ipvssync.version",
            VERSION,
            RUN_DIR,
            folder.resolve("run").toString(),
            "ipvssync.data.dir",
            folder.resolve("data").toString(),
            CONF_DIR,
            conf.toString(),
            "felix.fileinstall.dir",
            conf + "," + folder.resolve("deploy"),
            "felix.fileinstall.tmpdir",
            folder.resolve("data").toString(),
            "felix.fileinstall.enableConfigSave",
            "false",
            "felix.fileinstall.poll",
            "100");
    // The kernel is the machine's, not the test's.
    options.add(frameworkProperty(FrameworkSettings.KERNEL).value(FrameworkSettings.KERNEL_OFF));
    properties.forEach((key, value) -> options.add(frameworkProperty(key).value(value)));
    return options.toArray(Option[]::new);
  }

  /**
   * Installs a bundle with all classes of these tests.
   *
   * @param test class whose methods will run in it
   */
  void installProbe(Class<?> test) throws IOException {
    TestProbeBuilder builder = system.createProbe();
    // What the tests use is there or not when they use it: the probe itself always resolves.
    // The agent's words are the same types inside and outside.
    builder.setHeader(Constants.IMPORT_PACKAGE, "org.osgi.framework," + AGENT_PACKAGE);
    builder.setHeader(Constants.DYNAMICIMPORT_PACKAGE, "*");
    builder.addTest(test);
    long id = container.installProbe(builder.build().getStream());
    probe = context().getBundle(id);
    if (probe == null || probe.getState() != Bundle.ACTIVE) {
      throw new IllegalStateException("the probe bundle did not start, see the log: " + probe);
    }
  }

  /** An agent of the node as it is now, for a test that stays outside. */
  NodeAgent agent() throws Exception {
    if (probe == null) {
      installProbe(AgentInNode.class);
    }
    Class<?> inside = probe.loadClass(AgentInNode.class.getName());
    return (NodeAgent)
        inside.getConstructor(BundleContext.class).newInstance(probe.getBundleContext());
  }

  /** The framework's own context. */
  BundleContext context() {
    return container.getSystemBundle().getBundleContext();
  }

  /** Everything of this node is below it. */
  Path folder() {
    return folder;
  }

  /** The bundle with the tests. */
  Bundle probe() {
    return probe;
  }

  @Override
  public void close() throws IOException {
    container.stop();
    TestFolder.delete(folder);
  }
}
