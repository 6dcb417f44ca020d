package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.node.SyncNode;

/** Lists the node's table piece by piece; one piece is in memory at a time. */
final class ConnectionList {
  private static final int PIECE = 1024;

  private ConnectionList() {}

  /**
   * Prints every connection.
   *
   * @throws InterruptedIOException when the thread was interrupted, or nobody reads any more
   */
  static void print(SyncNode node, ConnectionFormat format, PrintWriter out) throws IOException {
    if (node.table().provider().isEmpty()) {
      throw CommandFailure.failed(
          "there is no connection table; start a provider such as org.ipvssync.table.memory");
    }
    ConnectionFormat.Lines lines = format.open(out);
    ConnBatch piece = new ConnBatch(PIECE);
    long cursor = 0;
    while (cursor >= 0) {
      piece.clear();
      cursor = node.walk(cursor, piece);
      lines.print(piece);
      if (out.checkError() || Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the list was not read to its end");
      }
    }
  }
}
