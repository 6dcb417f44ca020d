package org.ipvssync.api.link;

import java.io.Closeable;
import java.io.IOException;
import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportException;

/**
 * What a role does with its link; {@link LinkRunner} does the rest.
 *
 * <p>Called by the link's one thread, but {@link #wakeUp}, {@link #missing} and {@link #note},
 * which any thread calls, and must not throw.
 *
 * @param <S> the role's settings
 * @param <E> the end of the link that the role holds: a receiver or a sender
 */
public interface LinkWork<S extends RoleSettings, E extends Closeable> {
  /** Opens the role's end; quick, for the transport is kept from going meanwhile. */
  E open(SyncTransport transport, LinkAddress address) throws TransportException;

  /**
   * Other settings, or another end, from now on.
   *
   * @throws IOException when they cannot be taken now; the end is closed, and it is tried again
   */
  void adopt(S settings, E end) throws IOException;

  /**
   * One round; may wait for a second when there is nothing to do.
   *
   * @throws IOException when the end is of no more use: it is closed, and opened again
   */
  void work(E end) throws IOException;

  /** Another end has taken over, or there will be none for a while: last use of this one. */
  default void retire(E end) {}

  /**
   * The link stops: last use of everything.
   *
   * @param end null when none is open
   */
  void finish(E end);

  /** How many updates wait to be sent; 0 on a link that receives. */
  default long waiting() {
    return 0;
  }

  /** Ends a wait in {@link #work}, if it can. */
  default void wakeUp() {}

  /** One line about a service that the link needs and that is not there; else the empty string. */
  default String missing() {
    return "";
  }

  /** One line that status shows of a link that is up; else the empty string. */
  default String note() {
    return "";
  }
}
