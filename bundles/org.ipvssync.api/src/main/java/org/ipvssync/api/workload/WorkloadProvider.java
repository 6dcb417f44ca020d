package org.ipvssync.api.workload;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes workloads. A service, and for tools outside a framework found through {@link
 * java.util.ServiceLoader}.
 */
@ConsumerType
public interface WorkloadProvider {
  /** A workload from its beginning. */
  Workload begin(WorkloadSpec spec);
}
