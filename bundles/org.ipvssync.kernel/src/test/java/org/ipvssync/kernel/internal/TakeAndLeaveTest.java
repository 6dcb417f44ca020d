package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.ipvssync.api.node.OwnKernel.State;
import org.ipvssync.api.node.SyncLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the kernel is taken, and when it is let alone. */
@Timeout(60)
class TakeAndLeaveTest extends ConductorFixture {
  @Test
  void shouldChangeNothingForAListThatItCannotRead() throws Exception {
    for (String list : List.of("ip_vs_conn", "ip_vs_conn_sync")) {
      kernel.write("proc/net/" + list, "Another Form\n");
      startTheirs();
      String calls = kernel.read("calls");
      links.add(network, Map.of());

      run(30_000);

      assertEquals(State.REFUSED, conductor.status().state());
      assertEquals(1, log.count("has another form"));
      assertEquals(calls, kernel.read("calls"));
      log.lines.clear();
      kernel.conns("", "");
      kernel.ipvsadm("--stop-daemon=master");
      kernel.ipvsadm("--stop-daemon=backup");
      links.remove(network);
      run(5000);
    }
  }

  @Test
  void shouldTakeTheKernelSoonAfterSomebodyLoadsIpvs() throws Exception {
    java.nio.file.Path services = kernel.proc().net("ip_vs");
    String content = java.nio.file.Files.readString(services);
    java.nio.file.Files.delete(services);
    links.add(network, Map.of());
    run(5000);
    assertEquals(State.REFUSED, conductor.status().state());
    assertEquals(1, log.lines.size(), log.lines::toString);

    java.nio.file.Files.writeString(services, content);
    run(1000);

    assertEquals(OURS, daemons());
  }

  @Test
  void shouldKeepTheKernelWhileTheOnlyRoleIsExchanged() throws Exception {
    links.add(network, Map.of());
    run(3000);

    links.remove(network);
    run(2000);
    links.add(network, Map.of());
    run(5000);
    links.remove(network);
    run(2000);

    assertEquals(State.UP, conductor.status().state());
    assertEquals(List.of("make 1"), linkCalls);
  }

  @Test
  void shouldStayAwayFromAKernelThatWasLeftWhileTheOnlyRoleIsExchanged() throws Exception {
    links.add(network, Map.of());
    stopTwice();

    links.remove(network);
    run(2000);
    links.add(network, Map.of());
    run(5000);

    assertEquals(State.LEFT, conductor.status().state());
    assertEquals(List.of("make 1", "remove"), linkCalls);
  }

  @Test
  void shouldLeaveTheKernelAtOnceWhenSomebodySaysSo() throws Exception {
    links.add(network, Map.of());
    run(3000);

    links.add(network, Map.of(SyncLink.KERNEL_PROPERTY, false));
    conductor.step();

    assertEquals(List.of(), daemons());
  }

  @Test
  void shouldAdviseARefreshOnceWhateverThePeriodIs() {
    for (String threshold : List.of("3\t50", "3\t0")) {
      kernel.sysctl("sync_threshold", threshold);
      conductor = another();
      links.add(network, Map.of());
      run(3000);
      links.remove(network);
      run(5000);
      links.add(network, Map.of());
      run(3000);
      conductor.close();
      links.remove(network);

      assertEquals(1, log.count("warn net.ipv4.vs.sync_refresh_period is 0"), threshold);
      assertEquals(1, log.count("sysctl -w net.ipv4.vs.sync_refresh_period=10"), threshold);
      log.lines.clear();
    }
  }

  @Test
  void shouldAdviseNothingWhenThereIsARefresh() {
    kernel.sysctl("sync_refresh_period", "10");
    links.add(network, Map.of());
    run(3000);

    assertEquals(0, log.count("sync_refresh_period"));
  }
}
