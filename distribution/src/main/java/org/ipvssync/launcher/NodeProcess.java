package org.ipvssync.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.service.log.LogService;
import org.osgi.service.log.LoggerFactory;
import org.slf4j.Logger;

/** Runs a node in this process until it is stopped. */
public final class NodeProcess {
  /**
   * System property: {@code true} ends the node with its standard input, which whoever started it
   * holds open; the kernel closes that too when they are killed.
   */
  public static final String END_WITH_INPUT = "ipvssync.endWithInput";

  /** After this long, components that still wait are worth a line each. */
  private static final long REPORT_AFTER_MS = 3_000;

  /** Longest time that the bundles get to stop. */
  private static final long STOP_WITHIN_MS = 20_000;

  private final NodeOptions options;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Framework framework;

  private NodeProcess(NodeOptions options) {
    this.options = options;
  }

  /**
   * Runs a node; returns when it was stopped from within. A signal ends the process here, with
   * status 0 when all was stopped in order.
   *
   * @return exit status
   * @throws LaunchException when the node cannot run
   */
  public static int run(NodeOptions options) {
    check(options);
    options.instance().create();
    try (InstanceLock lock = InstanceLock.acquire(options.instance())) {
      NodeLogging.configure(options);
      NodeProcess process = new NodeProcess(options);
      Thread hook = new Thread(() -> process.stopOnSignal(lock), "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      if (Boolean.getBoolean(END_WITH_INPUT)) {
        Thread.ofPlatform().daemon().name("end-with-input").start(NodeProcess::endWithInput);
      }
      try {
        process.runFramework();
      } finally {
        process.ended.countDown();
        removeHook(hook);
      }
    }
    return 0;
  }

  /** Ends the process as a signal does. */
  private static void endWithInput() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(NodeProcess.class).debug("standard input", e);
    }
    System.exit(0);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal came at the same time: the hook runs, finds everything stopped, and ends the JVM.
      return;
    }
  }

  private static void check(NodeOptions options) {
    if (!Files.isDirectory(options.conf())) {
      throw new LaunchException(
          "no configuration folder " + options.conf() + ": name one with --conf");
    }
    if (!Files.isDirectory(options.deploy())) {
      throw new LaunchException(
          "no deploy folder " + options.deploy() + ": make it, or name one with IPVS_SYNCD_DEPLOY");
    }
  }

  private void runFramework() {
    Logger log = org.slf4j.LoggerFactory.getLogger(NodeProcess.class);
    long begin = System.nanoTime();
    InstanceDir instance = options.instance();
    log.info(
        "ipvs-syncd {} begins: node {}, pid {}, configuration {}, Java {}",
        Home.version(),
        instance.name(),
        ProcessHandle.current().pid(),
        options.conf(),
        Runtime.version());
    List<Path> folders = options.home().bundleFolders();
    int startLevel = FrameworkSettings.DEPLOYED_START_LEVEL;
    for (Path folder : folders) {
      startLevel = Math.max(startLevel, BundleInstaller.startLevel(folder));
    }
    try {
      framework = new Felix(FrameworkSettings.of(options, startLevel));
      start(folders);
      log.info("node {} runs, {} ms", instance.name(), (System.nanoTime() - begin) / 1_000_000);
      reportLater();
      FrameworkEvent event = framework.waitForStop(0);
      while (event.getType() == FrameworkEvent.STOPPED_UPDATE) {
        framework.start();
        event = framework.waitForStop(0);
      }
      log.info("node {} has ended", instance.name());
    } catch (BundleException e) {
      throw new LaunchException("the framework does not start: " + Reason.deepest(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(List<Path> folders) throws BundleException {
    framework.init();
    BundleContext context = framework.getBundleContext();
    context.registerService(
        new String[] {LogService.class.getName(), LoggerFactory.class.getName()},
        OsgiLogService.factory(),
        null);
    BundleInstaller.install(context, folders);
    framework.start();
  }

  private void reportLater() {
    Thread.ofPlatform()
        .daemon()
        .name("component-report")
        .start(
            () -> {
              try {
                if (!ended.await(REPORT_AFTER_MS, TimeUnit.MILLISECONDS)
                    && framework.getState() == Bundle.ACTIVE) {
                  ComponentReport.log(framework.getBundleContext());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** SIGTERM, SIGINT or SIGHUP: stops the bundles, removes the files and ends with status 0. */
  private void stopOnSignal(InstanceLock lock) {
    Logger log = org.slf4j.LoggerFactory.getLogger(NodeProcess.class);
    int status = 1;
    try {
      log.info("node {} was told to end", options.instance().name());
      boolean stopped = stopFramework(log);
      lock.close();
      status = stopped ? 0 : 1;
    } catch (LaunchException e) {
      log.error("{}", e.getMessage());
    } finally {
      // From within a hook the only way to choose the status: the JVM would say 143 for SIGTERM.
      Runtime.getRuntime().halt(status);
    }
  }

  private boolean stopFramework(Logger log) {
    if (framework == null) {
      return true;
    }
    try {
      framework.stop();
      FrameworkEvent event = framework.waitForStop(STOP_WITHIN_MS);
      if (event.getType() != FrameworkEvent.WAIT_TIMEDOUT) {
        return true;
      }
      log.error("bundles did not stop within {} ms", STOP_WITHIN_MS);
    } catch (BundleException | InterruptedException e) {
      log.error("could not stop in order: {}", Reason.deepest(e));
    }
    return false;
  }
}
