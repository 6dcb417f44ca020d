package org.ipvssync.command.bench;

import java.util.ServiceLoader;
import org.ipvssync.api.wire.SyncCodec;

/** The shipped codec. */
final class Codecs {
  private Codecs() {}

  /** Of version 1. */
  static SyncCodec v1() {
    for (SyncCodec each : ServiceLoader.load(SyncCodec.class)) {
      if (each.name().equals("v1")) {
        return each;
      }
    }
    throw new AssertionError("the codec is not on the tests' class path");
  }
}
