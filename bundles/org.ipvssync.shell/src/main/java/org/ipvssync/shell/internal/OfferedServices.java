package org.ipvssync.shell.internal;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The services that a bundle offers, as its manifest says, running or not. */
final class OfferedServices {
  /** Kinds of which several are there side by side, and one is chosen. */
  private static final Set<String> CHOSEN =
      Set.of(
          "org.ipvssync.api.table.ConnTableProvider",
          "org.ipvssync.api.wire.SyncCodec",
          "org.ipvssync.api.wire.SyncTransport");

  private static final Pattern CLAUSE = Pattern.compile("(?:[^,\"]|\"[^\"]*\")+");
  private static final Pattern SERVICE =
      Pattern.compile("\\s*osgi\\.service\\s*;.*?\\bobjectClass\\b[^=]*=\\s*\"?([^\";]+).*");

  private OfferedServices() {}

  /**
   * Their types.
   *
   * @param provideCapability the manifest's header of that name, or null
   */
  static Set<String> of(String provideCapability) {
    Set<String> types = new TreeSet<>();
    Matcher clauses = CLAUSE.matcher(provideCapability == null ? "" : provideCapability);
    while (clauses.find()) {
      Matcher service = SERVICE.matcher(clauses.group());
      if (service.matches()) {
        for (String type : service.group(1).split(",")) {
          types.add(type.strip());
        }
      }
    }
    return types;
  }

  /** True when two of such a bundle run side by side, and the node chooses. */
  static boolean areChosen(String provideCapability) {
    Set<String> types = of(provideCapability);
    return !types.isEmpty() && CHOSEN.containsAll(types);
  }
}
