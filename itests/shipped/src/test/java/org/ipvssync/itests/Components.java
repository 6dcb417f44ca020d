package org.ipvssync.itests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** What is wrong in a framework, in words: what does not resolve, and which component waits. */
final class Components {
  private final BundleContext context;

  Components(BundleContext context) {
    this.context = context;
  }

  /** Bundles that are not active (fragments: not resolved), each with the reason. */
  List<String> troubledBundles() {
    List<String> troubles = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
      if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
        troubles.add(bundle + " is in state " + bundle.getState() + ": " + whyNotStarted(bundle));
      }
    }
    return troubles;
  }

  private static String whyNotStarted(Bundle bundle) {
    try {
      bundle.start();
      return "but starts when asked again";
    } catch (BundleException e) {
      return e.toString();
    }
  }

  /** All component descriptions of our own bundles. */
  List<ComponentDescriptionDTO> descriptions() {
    return runtime().getComponentDescriptionDTOs().stream()
        .filter(component -> component.bundle.symbolicName.startsWith("org.ipvssync."))
        .toList();
  }

  /** True when the component needs a configuration and has none. */
  boolean isWaitingForConfiguration(ComponentDescriptionDTO component) {
    return "require".equals(component.configurationPolicy)
        && runtime().getComponentConfigurationDTOs(component).stream()
            .allMatch(one -> one.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
  }

  /** Components that do not work, each with the reason; those that wait by design are not named. */
  List<String> troubledComponents() {
    List<String> troubles = new ArrayList<>();
    for (ComponentDescriptionDTO component : runtime().getComponentDescriptionDTOs()) {
      for (ComponentConfigurationDTO configuration :
          runtime().getComponentConfigurationDTOs(component)) {
        String trouble = trouble(configuration);
        if (!trouble.isEmpty()) {
          troubles.add(component.name + ": " + trouble);
        }
      }
    }
    return troubles;
  }

  private String trouble(ComponentConfigurationDTO configuration) {
    return switch (configuration.state) {
      case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> {
        boolean required = "require".equals(configuration.description.configurationPolicy);
        yield required ? "" : "waits for a configuration that it does not require";
      }
      case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
          String.join(
              ", ",
              Arrays.stream(configuration.unsatisfiedReferences).map(Components::missing).toList());
      case ComponentConfigurationDTO.FAILED_ACTIVATION ->
          "failed to activate: " + configuration.failure;
      default -> "";
    };
  }

  private static String missing(UnsatisfiedReferenceDTO reference) {
    return "no service for its reference " + reference.name + " (target " + reference.target + ")";
  }

  /** Everything that is wrong, for a failure's message. */
  String report() {
    List<String> troubles = new ArrayList<>(troubledBundles());
    troubles.addAll(troubledComponents());
    return troubles.isEmpty() ? "every bundle and component is well" : String.join("\n", troubles);
  }

  /** Who would offer a service, and everything that is wrong. */
  String whyMissing(String service) {
    List<String> offering =
        runtime().getComponentDescriptionDTOs().stream()
            .filter(component -> List.of(component.serviceInterfaces).contains(service))
            .map(component -> component.name)
            .toList();
    return "components that offer it: " + offering + "\n" + report();
  }

  private ServiceComponentRuntime runtime() {
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    if (reference == null) {
      throw new AssertionError("no ServiceComponentRuntime; bundles: " + troubledBundles());
    }
    return context.getService(reference);
  }
}
