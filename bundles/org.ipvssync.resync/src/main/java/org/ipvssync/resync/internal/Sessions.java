package org.ipvssync.resync.internal;

import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The peers that are being sent the table; bounded, and forgotten when they ask no more. */
final class Sessions {
  /** A peer that has not asked for so long is forgotten. */
  static final long IDLE_MS = TimeUnit.SECONDS.toMillis(15);

  private record Key(SocketAddress source, long nonce) {}

  /** One peer. */
  static final class Session {
    private final long cookie;
    private long lastMs;

    /** Whether the sources have been asked for this one. */
    boolean begun;

    private Session(long cookie) {
      this.cookie = cookie;
    }

    /** A session goes on with the cookie that it began with, however old. */
    boolean isCookie(long shown) {
      return shown == cookie;
    }
  }

  private final Map<Key, Session> sessions = new LinkedHashMap<>();

  /** The session of a peer, or null. */
  Session find(SocketAddress source, long nonce, long nowMs) {
    Session session = sessions.get(new Key(source, nonce));
    if (session != null) {
      session.lastMs = nowMs;
    }
    return session;
  }

  /** A new session; null when there are {@code most} already. */
  Session open(SocketAddress source, long nonce, long cookie, int most, long nowMs) {
    forgetIdle(nowMs);
    if (sessions.size() >= most) {
      return null;
    }
    Session session = new Session(cookie);
    session.lastMs = nowMs;
    sessions.put(new Key(source, nonce), session);
    return session;
  }

  private void forgetIdle(long nowMs) {
    sessions.values().removeIf(session -> nowMs - session.lastMs > IDLE_MS);
  }
}
