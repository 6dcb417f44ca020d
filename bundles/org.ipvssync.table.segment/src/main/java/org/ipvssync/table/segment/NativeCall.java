package org.ipvssync.table.segment;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;

/**
 * Functions of the C library, for tables whose memory Java alone cannot provide as they need it.
 */
public final class NativeCall {
  private NativeCall() {}

  /**
   * A function to call; null when that cannot be: native access is denied, or there is no linker or
   * no such function here.
   */
  @SuppressWarnings("restricted")
  public static MethodHandle orNull(String function, FunctionDescriptor type) {
    try {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    } catch (IllegalCallerException | UnsupportedOperationException | NoSuchElementException e) {
      return null;
    }
  }
}
