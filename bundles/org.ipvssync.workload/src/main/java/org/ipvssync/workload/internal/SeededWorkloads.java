package org.ipvssync.workload.internal;

import org.ipvssync.api.workload.Workload;
import org.ipvssync.api.workload.WorkloadProvider;
import org.ipvssync.api.workload.WorkloadSpec;
import org.osgi.service.component.annotations.Component;

/** Offers {@link ConnWorkload}, as a service and through {@link java.util.ServiceLoader}. */
@Component
public final class SeededWorkloads implements WorkloadProvider {
  @Override
  public Workload begin(WorkloadSpec spec) {
    return new ConnWorkload(spec);
  }
}
