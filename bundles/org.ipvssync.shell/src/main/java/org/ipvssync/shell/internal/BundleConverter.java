package org.ipvssync.shell.internal;

import java.util.List;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Lets Gogo's own commands take a bundle by its number or its symbolic name: {@code felix:update
 * org.ipvssync.codec.v1}. Their bundle leaves that to an interactive console, which a node has not.
 */
@Component(service = Converter.class, property = "osgi.converter.classes=org.osgi.framework.Bundle")
public final class BundleConverter implements Converter {
  private final BundleContext context;

  /** For the bundles of the framework. */
  @Activate
  public BundleConverter(BundleContext context) {
    this.context = context;
  }

  @Override
  public Object convert(Class<?> desiredType, Object in) {
    return desiredType == Bundle.class ? bundle(context, in.toString()) : null;
  }

  /** The bundle of that number, or the only one of that name; null when there is none. */
  private static Bundle bundle(BundleContext context, String word) {
    List<Bundle> found = BundleWords.find(context, word);
    return found.size() == 1 ? found.getFirst() : null;
  }

  @Override
  public CharSequence format(Object target, int level, Converter escape) {
    return target instanceof Bundle bundle
        ? bundle.getBundleId() + " " + bundle.getSymbolicName() + " " + bundle.getVersion()
        : null;
  }
}
