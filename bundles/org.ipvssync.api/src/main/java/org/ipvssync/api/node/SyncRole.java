package org.ipvssync.api.node;

/** What a link does: the kernel's two sync daemons. */
public enum SyncRole {
  /** Sends the table's changes. */
  MASTER,
  /** Receives and applies. */
  BACKUP;

  /** The name in configuration and output: {@code master} or {@code backup}. */
  public String label() {
    return this == MASTER ? "master" : "backup";
  }
}
