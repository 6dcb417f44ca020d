package org.ipvssync.itests;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.opentest4j.AssertionFailedError;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Services of a framework, waited for; a failure says why one is missing. */
final class Services {
  private final BundleContext context;

  Services(BundleContext context) {
    this.context = context;
  }

  /** The service of a type, as soon as there is one. */
  <S> S require(Class<S> type) throws Exception {
    return require(type, null);
  }

  /**
   * The service of a type that a filter selects, as soon as there is one.
   *
   * @param filter in the framework's language; null for any
   */
  <S> S require(Class<S> type, String filter) throws Exception {
    try {
      return Await.until(
              "service " + type.getName() + (filter == null ? "" : " " + filter),
              () -> all(type, filter),
              found -> !found.isEmpty())
          .getFirst();
    } catch (AssertionFailedError e) {
      throw new AssertionFailedError(
          e.getMessage() + "\n" + new Components(context).whyMissing(type.getName()));
    }
  }

  /** All services of a type now. */
  <S> List<S> all(Class<S> type) throws InvalidSyntaxException {
    return all(type, null);
  }

  /** All services of a type that a filter selects, now. */
  <S> List<S> all(Class<S> type, String filter) throws InvalidSyntaxException {
    Collection<ServiceReference<S>> references = context.getServiceReferences(type, filter);
    List<S> services = new ArrayList<>();
    for (ServiceReference<S> reference : references) {
      S service = context.getService(reference);
      if (service != null) {
        services.add(service);
      }
    }
    return services;
  }
}
