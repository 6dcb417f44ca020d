package org.ipvssync.api.workload;

import org.ipvssync.api.conn.ConnBatch;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Connections that open, live and close. Deterministic: the same spec gives the same records at the
 * same times. One thread.
 */
@ConsumerType
public interface Workload {
  /**
   * Appends the changes that are due, oldest first, until the batch is full or none is due.
   *
   * @param elapsedMs milliseconds since the workload began; never goes back
   * @param into cleared by the caller
   * @return true when more are due that did not fit
   */
  boolean advance(long elapsedMs, ConnBatch into);

  /** Connections opened so far. */
  long opened();

  /** Connections that have not ended. */
  int live();
}
