package org.ipvssync.transport.multicast.internal;

import org.ipvssync.api.wire.LinkAddress;
import org.ipvssync.api.wire.SyncTransport;
import org.ipvssync.api.wire.TransportContractTest;

/** The contract, on {@code lo} with IPv4 groups. */
class MulticastTransportTest extends TransportContractTest {
  @Override
  protected SyncTransport newTransport() {
    return new MulticastTransport();
  }

  @Override
  protected LinkAddress newAddress(int syncPorts) {
    return Addresses.onLoopback(syncPorts);
  }
}
