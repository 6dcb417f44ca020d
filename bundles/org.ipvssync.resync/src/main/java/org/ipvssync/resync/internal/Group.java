package org.ipvssync.resync.internal;

import java.util.Set;
import java.util.TreeSet;
import org.ipvssync.api.node.LinkState;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableResync;

/**
 * What is known of one group: its links as they were seen last, and its resyncs. Remembered when
 * its links go: a bundle that is exchanged is no new start. Guarded by its owner.
 */
final class Group {
  private final NetworkGroup.Key key;
  private NetworkGroup spoken;
  private boolean isThere;
  private boolean isUp;
  private boolean hasBackup;
  private boolean fromBackup;
  private boolean backupWaits;
  private boolean hearsAll;
  private final Set<Integer> syncIds = new TreeSet<>();
  private String waitsFor = "";
  private boolean begun;
  private ResyncRun run;
  private GroupListener listener;
  private long listenerChanges;

  Group(NetworkGroup.Key key) {
    this.key = key;
  }

  NetworkGroup.Key key() {
    return key;
  }

  /** A new look at the links begins. */
  void forgetLinks() {
    isThere = false;
    isUp = false;
    hasBackup = false;
    fromBackup = false;
    backupWaits = false;
    hearsAll = false;
    syncIds.clear();
    waitsFor = "";
  }

  /** One of its links. */
  void see(LinkStatus link) {
    boolean isBackup = link.role() == SyncRole.BACKUP;
    // What comes belongs where a backup's belongs; of the ids, the one that says something.
    if (!isThere || isBackup && !fromBackup) {
      int before = isThere ? spoken.syncId() : 0;
      int syncId = link.syncId() != 0 ? link.syncId() : before;
      spoken = new NetworkGroup(link.address(), link.transport(), link.horizon(), syncId);
      fromBackup = isBackup;
    } else if (spoken.syncId() == 0 && link.syncId() != 0) {
      spoken =
          new NetworkGroup(spoken.address(), spoken.transport(), spoken.horizon(), link.syncId());
    }
    isThere = true;
    syncIds.add(link.syncId());
    hearsAll |= isBackup && link.syncId() == 0;
    if (link.state() == LinkState.UP) {
      isUp = true;
      hasBackup |= isBackup;
    } else {
      backupWaits |= isBackup;
      waitsFor = link.role().label() + " " + link.name();
    }
  }

  boolean isThere() {
    return isThere;
  }

  boolean isUp() {
    return isThere && isUp;
  }

  /**
   * Whether it is time for the first resync. What is said while it goes on must be heard: a backup
   * link that is there comes up first.
   */
  boolean isDue() {
    return isUp() && !backupWaits && !begun;
  }

  /** Whether a request with that sync id asks this node: 0 asks everybody. */
  boolean isAskedBy(int syncId) {
    return syncId == 0 || hearsAll || syncIds.contains(syncId);
  }

  /** How to speak there; null before any link was seen. */
  NetworkGroup spoken() {
    return spoken;
  }

  /** Whether somebody must listen for requests, since no backup link does. */
  boolean needsListener() {
    return isUp() && !hasBackup;
  }

  GroupListener listener() {
    return listener;
  }

  /** The listener, opened when the transport was at {@code changes}; null for none. */
  void setListener(GroupListener now, long changes) {
    listener = now;
    listenerChanges = changes;
  }

  long listenerChanges() {
    return listenerChanges;
  }

  /** No first resync is wanted. */
  void setBegun() {
    begun = true;
  }

  ResyncRun run() {
    return run;
  }

  void setRun(ResyncRun newRun) {
    run = newRun;
    begun = true;
  }

  boolean isRunning() {
    return run != null && !run.status().hasEnded();
  }

  /** Whether everything is here that a peer there could tell. */
  boolean isComplete() {
    if (run == null) {
      return begun || !isThere;
    }
    TableResync.State state = run.status().state();
    return state == TableResync.State.DONE || state == TableResync.State.NOBODY;
  }

  /** Why it is not ready, or empty. */
  String missing() {
    if (isRunning()) {
      TableResync.Status now = run.status();
      return now.state() == TableResync.State.ASKING
          ? "resync asks in " + key
          : "resync: " + now.received() + " of " + now.total() + " connections from " + now.peer();
    }
    if (!isThere || begun) {
      return "";
    }
    return "resync waits for " + (waitsFor.isEmpty() ? "a link" : waitsFor) + " in " + key;
  }
}
