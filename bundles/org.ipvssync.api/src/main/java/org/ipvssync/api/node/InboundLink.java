package org.ipvssync.api.node;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnTimeouts;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounters;
import org.osgi.annotation.versioning.ProviderType;

/** A way into the node's table. Used by one thread; any thread may close. */
@ProviderType
public interface InboundLink extends AutoCloseable {
  /**
   * Applies a batch to the current table, see ConnTable.apply; counts NO_TABLE when none is there.
   */
  void apply(ConnBatch batch, MergeRule rule, ConnTimeouts timeouts, LinkCounters counters);

  /**
   * For how long nobody had a way in from this horizon before this one was opened, milliseconds: 0
   * when somebody had, or nobody ever had. What was said meanwhile was not heard.
   */
  long absentMs();

  /** The number that entries carry whose latest word came from this link's horizon. */
  int horizon();

  /** Where the link's delays are collected. */
  DelayRecorder delays();

  @Override
  void close();
}
