package org.ipvssync.launcher;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that holds a node's lock until its standard input ends; for tests. */
final class LockHolder {
  private LockHolder() {}

  /** Takes the directory; prints a line when it holds the lock. */
  public static void main(String[] arguments) throws IOException {
    InstanceDir dir = new InstanceDir("held", Path.of(arguments[0]));
    dir.create();
    try (InstanceLock lock = InstanceLock.acquire(dir)) {
      System.out.println("holds " + lock);
      System.in.readAllBytes();
    }
  }
}
