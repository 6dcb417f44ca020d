package org.ipvssync.kernel.internal;

import java.io.IOException;

/** The node's two links to its own kernel. */
interface OwnLinks {
  /** Their name in both roles, and their horizon. */
  String NAME = "kernel";

  /**
   * Makes them, or makes those that are there as they should be.
   *
   * @param syncPorts ports of each
   * @throws KernelRefusal when somebody configured links of that name
   */
  void make(int syncPorts, KernelSettings settings) throws IOException, KernelRefusal;

  /** Takes them away, if they are there. */
  void remove() throws IOException;
}
