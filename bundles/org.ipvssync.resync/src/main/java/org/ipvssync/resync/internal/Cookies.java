package org.ipvssync.resync.internal;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Numbers that only who receives at an address can know: nothing is kept for them, so that requests
 * with forged sources take no memory.
 *
 * <p>A keyed hash of the address, the nonce and the time; good for one to two minutes. Not
 * thread-safe.
 */
final class Cookies {
  private static final String HASH = "HmacSHA256";
  private static final long EPOCH_MS = TimeUnit.MINUTES.toMillis(1);

  private final Mac mac;

  /**
   * Cookies of one process.
   *
   * @param secret random bytes
   */
  Cookies(byte[] secret) {
    try {
      mac = Mac.getInstance(HASH);
      mac.init(new SecretKeySpec(secret, HASH));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HASH, e);
    }
  }

  /** The cookie for whoever receives at {@code source}. */
  long make(SocketAddress source, long nonce, long nowMs) {
    return of(source, nonce, Math.floorDiv(nowMs, EPOCH_MS));
  }

  /** Whether the cookie was made for that address and nonce, not long ago. */
  boolean isGood(long cookie, SocketAddress source, long nonce, long nowMs) {
    long epoch = Math.floorDiv(nowMs, EPOCH_MS);
    return cookie == of(source, nonce, epoch) || cookie == of(source, nonce, epoch - 1);
  }

  private long of(SocketAddress source, long nonce, long epoch) {
    mac.update(ByteBuffer.allocate(16).putLong(nonce).putLong(epoch).flip());
    if (source instanceof InetSocketAddress address && address.getAddress() != null) {
      mac.update(address.getAddress().getAddress());
      mac.update(ByteBuffer.allocate(4).putInt(address.getPort()).flip());
    } else {
      mac.update(String.valueOf(source).getBytes(StandardCharsets.UTF_8));
    }
    return ByteBuffer.wrap(mac.doFinal()).getLong();
  }
}
