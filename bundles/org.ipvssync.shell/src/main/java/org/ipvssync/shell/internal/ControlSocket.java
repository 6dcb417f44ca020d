package org.ipvssync.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the control socket in the run directory, for as long as Gogo and the commands are there:
 * whoever waits for the socket sends a command the moment it is bound.
 *
 * <p>Components are enabled in the order of their classes' names, and end in it: this one comes
 * with the last of the commands, and goes with the first. Those in between are then there, too; no
 * reference, because some need ConfigurationAdmin, and without it the rest must be reached.
 */
@Component(
    service = {},
    immediate = true)
public final class ControlSocket {
  /** Framework property: the node's run directory. */
  static final String RUN_DIR = "ipvssync.run.dir";

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

  private final ControlServer server;

  /** Binds the socket; when it cannot, one line in the log says why, and the node goes on. */
  @Activate
  public ControlSocket(
      BundleContext context,
      @Reference CommandProcessor processor,
      @Reference NodeTracker tracker,
      @Reference ShellLimits limits,
      @Reference BundleCommands first,
      @Reference StatusCommands status,
      @Reference TableCommands last) {
    this.server =
        start(context.getProperty(RUN_DIR), new GogoShell(processor, tracker.nodeStop()), limits);
  }

  /** Takes the socket away and ends all sessions. */
  @Deactivate
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  private static ControlServer start(String runDir, LineShell shell, ShellLimits limits) {
    if (runDir == null) {
      LOG.warn("no control socket: the framework property {} is not set", RUN_DIR);
      return null;
    }
    try {
      ControlServer started =
          ControlServer.start(
              Path.of(runDir),
              shell,
              limits,
              Thread.ofVirtual().name("ipvs-control-", 0).factory());
      LOG.info("commands are taken on {}", started.path());
      return started;
    } catch (IOException e) {
      LOG.error("no control socket: {}", e.getMessage());
      return null;
    }
  }
}
