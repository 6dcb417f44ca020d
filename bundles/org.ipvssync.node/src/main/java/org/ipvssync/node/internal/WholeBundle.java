package org.ipvssync.node.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads all classes of a bundle whose objects stay in use when it goes, and all classes that those
 * name. The framework gives none out any more once it has uninstalled or refreshed the bundle, not
 * even the JDK's, and a class is otherwise looked for when it is used for the first time, which may
 * be the first record of a kind. What a class loader was once asked for by the JVM, the JVM knows.
 */
final class WholeBundle {
  private static final Logger LOG = LoggerFactory.getLogger(WholeBundle.class);
  private static final String CLASS = ".class";

  /** A class in a descriptor, such as {@code (Ljava/lang/String;)V}. */
  private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([^;]+);");

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
    Set<String> names = new LinkedHashSet<>();
    if (paths != null) {
      for (String path : paths) {
        addNames(loader, path, names);
      }
    }
    for (String name : names) {
      try {
        Class.forName(name, false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        LOG.debug("class {} of {} cannot be loaded", name, bundle.getSymbolicName(), e);
      }
    }
  }

  /** Adds the names of a class and of those that it names. */
  private static void addNames(ClassLoader loader, String path, Set<String> names) {
    names.add(path.substring(0, path.length() - CLASS.length()).replace('/', '.'));
    try (InputStream bytes = loader.getResourceAsStream(path)) {
      if (bytes != null) {
        for (PoolEntry entry : ClassFile.of().parse(bytes.readAllBytes()).constantPool()) {
          switch (entry) {
            case ClassEntry type when type.asInternalName().startsWith("[") ->
                addDescribed(type.asInternalName(), names);
            case ClassEntry type -> names.add(type.asInternalName().replace('/', '.'));
            case NameAndTypeEntry member -> addDescribed(member.type().stringValue(), names);
            default -> {
              // It names no class.
            }
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{} cannot be read", path, e);
    }
  }

  private static void addDescribed(String descriptor, Set<String> names) {
    Matcher found = IN_DESCRIPTOR.matcher(descriptor);
    while (found.find()) {
      names.add(found.group(1).replace('/', '.'));
    }
  }
}
