package org.ipvssync.kernel.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncLink;
import org.ipvssync.api.node.SyncRole;

/** The node's links, as far as the kernel is concerned. Thread-safe. */
final class LinksSeen {
  private final Map<SyncLink, Boolean> network = new ConcurrentHashMap<>();
  private final Map<SyncLink, Boolean> automatic = new ConcurrentHashMap<>();

  /** A link is there, with its service properties; or they have changed. */
  void add(SyncLink link, Map<String, ?> properties) {
    if (isTrue(properties.get(SyncLink.AUTOMATIC_PROPERTY), false)) {
      network.remove(link);
      automatic.put(link, true);
    } else {
      automatic.remove(link);
      network.put(link, isTrue(properties.get(SyncLink.KERNEL_PROPERTY), true));
    }
  }

  /** A link has gone. */
  void remove(SyncLink link) {
    network.remove(link);
    automatic.remove(link);
  }

  /** True when a link to the network is there that wants the kernel to know. */
  boolean wantKernel() {
    return network.containsValue(true);
  }

  /** True when links to the network are there and none of them wants the kernel to know. */
  boolean leaveKernelAlone() {
    return !network.isEmpty() && !wantKernel();
  }

  /** The status of the link to the own kernel with that role; null while there is none. */
  LinkStatus own(SyncRole role) {
    for (SyncLink link : automatic.keySet()) {
      LinkStatus status = statusOf(link);
      if (status != null && status.role() == role && status.name().equals(OwnLinks.NAME)) {
        return status;
      }
    }
    return null;
  }

  private static LinkStatus statusOf(SyncLink link) {
    try {
      return link.status();
    } catch (RuntimeException e) {
      return null; // of a bundle that is going; it is taken away in a moment
    }
  }

  /** True when both links to the own kernel are up. */
  boolean areOwnUp() {
    for (SyncRole role : SyncRole.values()) {
      LinkStatus status = own(role);
      if (status == null || status.state() != LinkState.UP) {
        return false;
      }
    }
    return true;
  }

  /** What a configuration says, be it typed or a text of a file. */
  private static boolean isTrue(Object value, boolean otherwise) {
    return value == null ? otherwise : Boolean.parseBoolean(value.toString().strip());
  }
}
