package org.ipvssync.benchmarks;

/** Runs the benchmarks. */
public final class Main {
  private Main() {}

  /** Runs what the arguments say. */
  public static void main(String[] args) throws Exception {
    org.openjdk.jmh.Main.main(args);
  }
}
