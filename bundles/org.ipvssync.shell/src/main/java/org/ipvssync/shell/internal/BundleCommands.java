package org.ipvssync.shell.internal;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Starts bundles by name as well: Gogo's own {@code start} takes whatever is no number for an
 * address, prints what is wrong with that, and says that all went well.
 */
@Component(service = BundleCommands.class, immediate = true)
@GogoCommand(
    scope = "ipvs",
    function = {"start"})
public final class BundleCommands {
  private final BundleContext context;

  /** For the bundles of the framework. */
  @Activate
  public BundleCommands(BundleContext context) {
    this.context = context;
  }

  /** Starts bundles. */
  @Descriptor(
      """
      starts bundles, by number or symbolic name; felix:start takes an address too
         example: ipvs:start org.ipvssync.codec.v0\
      """)
  public void start(@Descriptor("BUNDLE...: numbers or names; lb lists them") String... bundles) {
    if (bundles.length == 0) {
      throw CommandFailure.usage("start: BUNDLE is missing; 'lb' lists them");
    }
    for (String word : bundles) {
      Bundle bundle = BundleConverter.bundle(context, word);
      if (bundle == null) {
        throw CommandFailure.failed(
            "start: no bundle, or several, of the name or number '" + word + "'; 'lb' lists them");
      }
      try {
        bundle.start();
      } catch (BundleException e) {
        throw CommandFailure.failed("start: " + word + ": " + e.getMessage());
      }
    }
  }
}
