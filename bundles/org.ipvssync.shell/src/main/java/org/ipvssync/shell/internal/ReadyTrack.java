package org.ipvssync.shell.internal;

import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes keepalived's {@link TrackFile} in the run directory, until the node has been ready. */
@Component(
    service = {},
    immediate = true)
public final class ReadyTrack {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyTrack.class);

  private final Thread watch;

  /** Makes the file; when it cannot be, one line in the log says so, and the node goes on. */
  @Activate
  public ReadyTrack(@Reference NodeTracker tracker, @Reference ShellLimits limits) {
    watch =
        tracker
            .facts()
            .runDir()
            .map(TrackFile::of)
            .map(file -> start(tracker, limits, file))
            .orElse(null);
  }

  /** The file stays as it is: the next node of this boot goes on from there. */
  @Deactivate
  public void close() {
    if (watch != null) {
      watch.interrupt();
    }
  }

  private static Thread start(NodeView view, ShellLimits limits, TrackFile file) {
    try {
      if (file.begin()) {
        return null;
      }
    } catch (IOException e) {
      cannotWrite(file, e);
      return null;
    }
    return Thread.ofVirtual().name("ready-track").start(() -> run(view, limits, file));
  }

  /** Waiting for ever would leave a director that is alone, its peer's cable dead, unused. */
  private static void run(NodeView view, ShellLimits limits, TrackFile file) {
    try {
      boolean ready = new FirstReady(view, Thread::sleep).await(limits::trackTimeoutMs);
      file.ready();
      if (ready) {
        LOG.info("ready: {} says 0 from now on, keepalived may take over", file.path());
      } else {
        LOG.warn(
            "not ready after {} s ({}); {} says 0 all the same, keepalived may take over",
            limits.trackTimeoutMs() / 1000,
            String.join("; ", Readiness.reasons(view)),
            file.path());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      cannotWrite(file, e);
    }
  }

  private static void cannotWrite(TrackFile file, IOException e) {
    LOG.error(
        "{} cannot be written ({}): a keepalived that tracks it does not hear of this node; write"
            + " 0 into it by hand once 'ipvs-syncd ready' says so",
        file.path(),
        e.toString());
  }
}
