package org.ipvssync.kernel.internal;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.ConnProtocol;
import org.ipvssync.kernel.internal.Services.Destination;
import org.ipvssync.kernel.internal.Services.Service;

/**
 * Adds to a row of {@code /proc/net/ip_vs_conn} what only the services tell: whether it is a
 * template, how it is forwarded, its firewall mark, and a template's full timeout.
 */
final class RowCompletion {
  private final Services services;
  private final int ticksPerSecond;

  /**
   * By those services.
   *
   * @param ticksPerSecond of the kernel, in which it prints the timeout of persistence; 0 when that
   *     is not known: then a template's timeout is what remains of it
   */
  RowCompletion(Services services, int ticksPerSecond) {
    this.services = services;
    this.ticksPerSecond = ticksPerSecond;
  }

  /** Completes all rows of a batch. */
  void complete(ConnBatch rows) {
    for (int i = 0; i < rows.size(); i++) {
      complete(rows, i);
    }
  }

  private void complete(ConnBatch rows, int index) {
    Service service = services.of(rows, index);
    Destination destination =
        service == null
            ? null
            : service.destination(AddressWords.destination(rows, index), rows.dport(index));
    boolean template = isTemplate(rows, index, service);
    int flags = rows.flags(index) & ConnFlags.SYNC;
    int forwarding = forwarding(service, destination);
    // As ip_vs_add_dest: what does not masquerade sees the client's side alone.
    flags |= forwarding == ConnFlags.MASQ ? forwarding : forwarding | ConnFlags.NOOUTPUT;
    if (template) {
      flags |= ConnFlags.TEMPLATE | ConnFlags.INACTIVE;
    } else {
      if (rows.cport(index) == 0) {
        flags |= ConnFlags.NO_CPORT;
      }
      if (!ConnProtocol.isActive(rows.protocol(index), rows.state(index))) {
        flags |= ConnFlags.INACTIVE;
      }
    }
    rows.setFlags(index, flags);
    if (service != null && service.key() == null) {
      rows.setFwmark(index, service.fwmark());
    } else if (template && rows.protocol(index) == 0) {
      rows.setFwmark(index, AddressWords.word(rows.vaddrWord(index, 0)));
    }
    int seconds = (int) Math.min(Integer.MAX_VALUE, rows.expiresMs(index) / 1000);
    int full = template ? persistenceS(service) : 0;
    if (full > seconds) {
      rows.setTimeoutS(index, full);
      rows.setRemainingS(index, Math.max(1, seconds));
    } else {
      rows.setTimeoutS(index, Math.max(1, seconds));
    }
  }

  private static int forwarding(Service service, Destination destination) {
    if (destination != null) {
      return destination.forwarding();
    }
    // Connections go on to a real server that was removed.
    return service == null ? ConnFlags.MASQ : service.usualForwarding();
  }

  private int persistenceS(Service service) {
    return service == null || ticksPerSecond == 0
        ? 0
        : service.persistenceJiffies() / ticksPerSecond;
  }

  /**
   * A template has client port 0 and the state NONE or ASSURED. So may have a connection whose
   * client port is not known yet (FTP data), but that belongs to a service for another port.
   */
  private static boolean isTemplate(ConnBatch rows, int index, Service service) {
    if (rows.isTemplate(index) || rows.protocol(index) == 0 || rows.peDataLength(index) > 0) {
      return true;
    }
    if (rows.cport(index) != 0 || rows.state(index) != 0) {
      return false;
    }
    return rows.vport(index) == 0
        || service == null
        || service.persistenceJiffies() > 0
            && (service.key() == null
                || service.key().port() == rows.vport(index)
                || service.key().port() == 0);
  }
}
