package org.ipvssync.shell.internal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/** Lets bundles change over to what others have now; the framework restarts them for that. */
final class BundleRefresh {
  private static final long DONE_S = 30;

  private final BundleContext context;

  BundleRefresh(BundleContext context) {
    this.context = context;
  }

  /**
   * Returns when it is done.
   *
   * @param bundles none for all that still use what is gone
   */
  void run(List<Bundle> bundles, PrintWriter out) throws InterruptedException {
    FrameworkWiring wiring = context.getBundle(0).adapt(FrameworkWiring.class);
    Collection<Bundle> start = bundles.isEmpty() ? wiring.getRemovalPendingBundles() : bundles;
    Collection<Bundle> closure = wiring.getDependencyClosure(start);
    if (closure.contains(context.getBundle())) {
      // Whoever waits here would be waited for.
      wiring.refreshBundles(start);
      out.println("the shell is among " + closure.size() + " bundles and comes back in a moment");
      return;
    }
    List<Bundle> active = new ArrayList<>(closure);
    active.removeIf(b -> b.getState() != Bundle.ACTIVE);
    CountDownLatch done = new CountDownLatch(1);
    wiring.refreshBundles(
        start,
        event -> {
          if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
            done.countDown();
          }
        });
    if (!done.await(DONE_S, TimeUnit.SECONDS)) {
      throw CommandFailure.failed("is not done after " + DONE_S + " s; see the log");
    }
    String down =
        active.stream()
            .filter(b -> b.getState() != Bundle.ACTIVE)
            .map(Bundle::getSymbolicName)
            .collect(Collectors.joining(", "));
    if (!down.isEmpty()) {
      throw CommandFailure.failed("did not start again: " + down + "; 'start' says why");
    }
  }
}
