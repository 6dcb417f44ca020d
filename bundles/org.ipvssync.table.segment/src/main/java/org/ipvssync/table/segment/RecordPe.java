package org.ipvssync.table.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.ipvssync.api.conn.ConnBatch;

/** What counts of the persistence data that a record carries, as the kernel sees it. */
final class RecordPe {
  private RecordPe() {}

  /**
   * True for a template with data and an engine. Source: {@code ip_vs_conn_fill_param_sync} (a name
   * without data is ignored) and {@code ip_vs_conn_new} (only templates get any).
   */
  static boolean isPresent(ConnBatch batch, int index) {
    return batch.isTemplate(index) && isLookedUp(batch, index);
  }

  /** True for a record, template or not, that is looked up by data and engine. */
  static boolean isLookedUp(ConnBatch batch, int index) {
    return batch.peDataLength(index) > 0 && nameLength(batch, index) > 0;
  }

  /** Length of the engine's name; the kernel takes it for a C string that a zero byte ends. */
  static int nameLength(ConnBatch batch, int index) {
    int length = batch.peNameLength(index);
    long at = batch.peNameOffset(index);
    for (int i = 0; i < length; i++) {
      if (batch.peArea().get(JAVA_BYTE, at + i) == 0) {
        return i;
      }
    }
    return length;
  }
}
