package org.ipvssync.node.internal;

import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads all classes of a bundle whose objects stay in use when it goes. The framework gives none
 * out any more once it has uninstalled or updated the bundle, and a class is otherwise loaded when
 * it is used for the first time, which may be the first record of a kind.
 */
final class WholeBundle {
  private static final Logger LOG = LoggerFactory.getLogger(WholeBundle.class);
  private static final String CLASS = ".class";

  private WholeBundle() {}

  /** Does it, as far as possible: what cannot be loaded now could not be used later either. */
  static void load(Bundle bundle) {
    BundleWiring wiring = bundle == null ? null : bundle.adapt(BundleWiring.class);
    ClassLoader loader = wiring == null ? null : wiring.getClassLoader();
    if (loader == null) {
      return; // it went in this very moment
    }
    int how = BundleWiring.LISTRESOURCES_LOCAL | BundleWiring.LISTRESOURCES_RECURSE;
    Collection<String> paths = wiring.listResources("/", "*" + CLASS, how);
    for (String path : paths == null ? List.<String>of() : paths) {
      String name = path.substring(0, path.length() - CLASS.length()).replace('/', '.');
      try {
        loader.loadClass(name);
      } catch (ClassNotFoundException | LinkageError e) {
        LOG.debug("class {} of {} cannot be loaded", name, bundle.getSymbolicName(), e);
      }
    }
  }
}
