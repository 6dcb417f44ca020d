package org.ipvssync.launcher;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one line each which components did not start, and why. */
final class ComponentReport {
  private static final Logger LOG = LoggerFactory.getLogger(ComponentReport.class);
  private static final String COMPONENT_RUNTIME =
      "org.osgi.service.component.runtime.ServiceComponentRuntime";

  /** {@code ComponentConfigurationDTO.UNSATISFIED_REFERENCE}. */
  private static final int UNSATISFIED_REFERENCE = 2;

  /** {@code ComponentConfigurationDTO.FAILED_ACTIVATION}. */
  private static final int FAILED_ACTIVATION = 16;

  private ComponentReport() {}

  /** Looks once for components that failed or wait. */
  static void log(BundleContext context) {
    ServiceReference<?> reference = context.getServiceReference(COMPONENT_RUNTIME);
    if (reference == null) {
      LOG.error("no component runtime (org.apache.felix.scr): nothing can work");
      return;
    }
    try {
      Object runtime = context.getService(reference);
      for (Object description : collection(call(runtime, "getComponentDescriptionDTOs"))) {
        for (Object one : collection(configurations(runtime, description))) {
          report(description, one);
        }
      }
    } catch (ReflectiveOperationException e) {
      LOG.warn("cannot ask for the components' states: {}", Reason.deepest(e));
    } finally {
      context.ungetService(reference);
    }
  }

  private static void report(Object description, Object configuration)
      throws ReflectiveOperationException {
    Object name = field(description, "name");
    int state = (Integer) field(configuration, "state");
    if (state == UNSATISFIED_REFERENCE) {
      Object missing = field(configuration, "unsatisfiedReferences");
      for (int i = 0; i < Array.getLength(missing); i++) {
        LOG.warn("{} waits for {}", name, wanted(description, Array.get(missing, i)));
      }
    } else if (state == FAILED_ACTIVATION) {
      String failure = String.valueOf(field(configuration, "failure"));
      LOG.error("{} did not start: {}", name, failure.lines().findFirst().orElse(""));
    }
  }

  /** The service that a reference wants, with its filter. */
  private static String wanted(Object description, Object unsatisfied)
      throws ReflectiveOperationException {
    Object name = field(unsatisfied, "name");
    Object references = field(description, "references");
    for (int i = 0; i < Array.getLength(references); i++) {
      Object reference = Array.get(references, i);
      if (name.equals(field(reference, "name"))) {
        Object target = field(unsatisfied, "target");
        String service = "a service " + field(reference, "interfaceName");
        return target == null ? service : service + " with " + target;
      }
    }
    return "its reference " + name;
  }

  // The classes of the component API belong to a bundle; the launcher sees them by name only.

  private static Object configurations(Object runtime, Object description)
      throws ReflectiveOperationException {
    Class<?> type = runtime.getClass().getClassLoader().loadClass(COMPONENT_RUNTIME);
    return type.getMethod("getComponentConfigurationDTOs", description.getClass())
        .invoke(runtime, description);
  }

  private static Object call(Object runtime, String method) throws ReflectiveOperationException {
    Class<?> type = runtime.getClass().getClassLoader().loadClass(COMPONENT_RUNTIME);
    return type.getMethod(method, Bundle[].class).invoke(runtime, (Object) new Bundle[0]);
  }

  private static Object field(Object dto, String name) throws ReflectiveOperationException {
    return dto.getClass().getField(name).get(dto);
  }

  private static Collection<?> collection(Object value) {
    return value instanceof Collection<?> many ? many : List.of();
  }
}
