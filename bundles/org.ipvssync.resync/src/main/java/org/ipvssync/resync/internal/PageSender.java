package org.ipvssync.resync.internal;

import java.io.IOException;
import java.net.SocketAddress;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.link.ServiceChoice;
import org.ipvssync.api.node.SyncNode;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.wire.Datagram;
import org.ipvssync.api.wire.PeerSocket;
import org.ipvssync.api.wire.SyncCodec;
import org.ipvssync.resync.internal.ControlMessage.Begin;
import org.ipvssync.resync.internal.ControlMessage.End;
import org.ipvssync.resync.internal.ControlMessage.Pull;

/**
 * Sends one page of the table: begin, sync messages, end. It keeps nothing between pages: where to
 * go on is the cursor that the peer brings.
 *
 * <p>One thread. Nothing is allocated a record.
 */
final class PageSender {
  /** Most messages of a page, whatever the peer asks for. */
  static final int MOST_DATAGRAMS = 4096;

  /** Longer messages hold no more: their count of records is one byte. */
  static final int LONGEST = 9216;

  private static final int SMALL_PAGE = 4;
  private static final int LARGE_PAGE = 64;

  private final SyncNode node;
  private final ServiceChoice<SyncCodec> codec;
  private final ResyncCounters counters;

  // A page ends where a piece of the walk does: small pieces for small pages.
  private final ConnBatch small = new ConnBatch(16);
  private final ConnBatch medium = new ConnBatch(255);
  private final ConnBatch large = new ConnBatch(1020);
  private final Datagram message = new Datagram(LONGEST);
  private final Datagram control = new Datagram(ControlCodec.MAX_BYTES);

  PageSender(SyncNode node, ServiceChoice<SyncCodec> codec, ResyncCounters counters) {
    this.node = node;
    this.codec = codec;
    this.counters = counters;
  }

  /** A number for the table in use, which another one does not have; 0 when there is none. */
  static int generation(TableStatus table) {
    return table.provider().isEmpty() ? 0 : 1 + (int) (table.swaps().count() & 0xffffff);
  }

  /**
   * Sends a page.
   *
   * @return datagrams that went out; 0 when there is no table
   */
  int send(Pull pull, int syncId, PeerSocket socket, SocketAddress peer) throws IOException {
    TableStatus table = node.table();
    int generation = generation(table);
    if (generation == 0) {
      return 0;
    }
    say(
        new Begin(pull.nonce(), pull.page(), generation, table.connections()),
        syncId,
        socket,
        peer);
    int most = Math.clamp(pull.mostDatagrams(), 1, MOST_DATAGRAMS);
    int longest = Math.min(Math.min(pull.maxLength(), socket.maxLength()), LONGEST);
    ConnBatch piece = most <= SMALL_PAGE ? small : most < LARGE_PAGE ? medium : large;
    // A cursor of another table means nothing in this one; the end says so.
    long cursor = pull.generation() == 0 || pull.generation() == generation ? pull.cursor() : -1;
    int datagrams = 0;
    int records = 0;
    while (cursor >= 0 && datagrams < most) {
      piece.clear();
      cursor = node.walk(cursor, piece);
      records += makeCopies(piece);
      int sent = sendPiece(piece, pull.page(), datagrams, longest, syncId, socket, peer);
      if (sent < 0) {
        // Without an end the peer asks again.
        return datagrams + 1;
      }
      datagrams += sent;
    }
    int generationNow = generation(node.table());
    if (generationNow != 0) {
      say(
          new End(pull.nonce(), pull.page(), generationNow, cursor, records, datagrams),
          syncId,
          socket,
          peer);
      counters.increment(ResyncCounter.PAGES_SENT);
    }
    counters.add(ResyncCounter.RECORDS_SENT, records);
    return datagrams + 2;
  }

  /** All that comes in a page is a copy, so that the records need not say it one by one. */
  private static int makeCopies(ConnBatch piece) {
    int copies = 0;
    for (int i = 0; i < piece.size(); i++) {
      if (piece.limitLife(i)) {
        copies++;
      } else {
        piece.skip(i);
      }
    }
    return copies;
  }

  /** How many datagrams it took; -1 when the codec went. */
  private int sendPiece(
      ConnBatch piece,
      int page,
      int firstIndex,
      int longest,
      int syncId,
      PeerSocket socket,
      SocketAddress peer)
      throws IOException {
    int index = firstIndex;
    for (int from = 0; from < piece.size(); ) {
      int next = encode(piece, from, syncId, longest - PageTrailer.BYTES);
      if (next < 0) {
        return -1;
      }
      if (message.length() > 0) {
        PageTrailer.append(message, page, index++);
        socket.send(message, peer);
      } else if (next == from) {
        counters.increment(ResyncCounter.RECORDS_TOO_LONG);
        next++;
      }
      from = next;
    }
    return index - firstIndex;
  }

  private int encode(ConnBatch piece, int from, int syncId, int longest) {
    SyncCodec chosen = codec.acquire();
    if (chosen == null) {
      return -1;
    }
    try {
      return chosen.encode(piece, from, syncId, longest, message);
    } finally {
      codec.release();
    }
  }

  /** Sends a control message. */
  void say(ControlMessage what, int syncId, PeerSocket socket, SocketAddress peer)
      throws IOException {
    ControlCodec.encode(what, syncId, control);
    socket.send(control, peer);
  }
}
