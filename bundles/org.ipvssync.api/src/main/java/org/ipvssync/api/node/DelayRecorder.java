package org.ipvssync.api.node;

import org.osgi.annotation.versioning.ProviderType;

/** Collects delays of a link; its thread records, anyone reads. Recording allocates nothing. */
@ProviderType
public interface DelayRecorder {
  /** Records one delay; more than a minute counts as a minute, less than 0 as 0. */
  void recordNanos(long nanos);

  /** Records the same delay {@code count} times. */
  void recordNanos(long nanos, long count);

  /** What was recorded since the link was opened. */
  DelayStats stats();
}
