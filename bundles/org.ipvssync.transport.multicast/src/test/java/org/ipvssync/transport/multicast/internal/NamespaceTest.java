package org.ipvssync.transport.multicast.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@code lo} cannot show: IPv6, interfaces that go and come, and which of several is joined.
 * Two network namespaces are two machines with a cable between them, a0 to b0. Needs root.
 */
class NamespaceTest {
  private static final AtomicInteger PORT = new AtomicInteger(20_000);

  private static Namespace a;
  private static Namespace b;

  private String port;

  @BeforeAll
  static void createNamespaces() throws IOException {
    String name = "ipvssync-" + ProcessHandle.current().pid();
    try {
      a = Namespace.create(name + "-a");
      b = Namespace.create(name + "-b");
    } catch (IOException e) {
      abort("not run, needs root and network namespaces (`ip netns add`): " + e.getMessage());
    }
  }

  @AfterAll
  static void deleteNamespaces() throws IOException {
    try {
      if (a != null) {
        a.close();
      }
    } finally {
      if (b != null) {
        b.close();
      }
    }
  }

  @BeforeEach
  void plugIn() {
    port = Integer.toString(PORT.getAndIncrement());
    makeCable();
  }

  private static void makeCable() {
    if (hasInterface(a, "a0")) {
      a.ip("link delete a0");
    }
    cable("a0", "b0");
    a.ip("address add 10.9.0.1/24 dev a0");
    b.ip("address add 10.9.0.2/24 dev b0");
    a.ip("address add fd00:9::1/64 dev a0");
    b.ip("address add fd00:9::2/64 dev b0");
  }

  private static boolean hasInterface(Namespace in, String name) {
    try {
      in.ip("link show dev " + name);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static void cable(String nearName, String farName) {
    a.ip("link add " + nearName + " type veth peer name " + farName + " netns " + b.name());
    a.ip("link set " + nearName + " up");
    b.ip("link set " + farName + " up");
  }

  private static void listen(Namespace in, String rest) {
    assertEquals("ok", in.askUntil("listen " + rest, "ok"::equals));
  }

  /** A carrier and a link-local address take the kernel a moment. */
  private static void speak(Namespace in, String rest) {
    assertEquals("ok", in.askUntil("speak " + rest, "ok"::equals));
  }

  private static void send(Namespace in, String rest) {
    assertEquals("ok", in.ask("send " + rest));
  }

  private static void assertFailure(String answer, String... parts) {
    assertTrue(answer.startsWith("failed "), answer);
    for (String part : parts) {
      assertTrue(answer.contains(part), answer);
    }
  }

  @Test
  void shouldCrossToAnotherMachineInAnIpv6LinkLocalGroup() {
    listen(b, "n1/r b0 ff02::5a " + port);
    listen(a, "n2/r a0 ff02::5a " + port);
    speak(a, "n1/s a0 ff02::5a " + port + " false");
    send(a, "n1/s hello");
    assertEquals("hello", b.ask("receive n1/r 5000"));
    assertEquals("nothing", a.ask("receive n2/r 0"), "loopback is off");
    speak(b, "n1/s b0 ff02::5a " + port + " false");
    send(b, "n1/s back");
    assertEquals("back", a.ask("receive n2/r 5000"));
    assertEquals("1452", a.ask("length n1/s"));
    assertEquals("1452", b.ask("length n1/r"));
  }

  @Test
  void shouldCrossToAnotherMachineInAWiderIpv6Group() {
    listen(b, "n1/r b0 ff05::5a:1 " + port);
    speak(a, "n1/s a0 ff05::5a:1 " + port + " false");
    send(a, "n1/s hello");
    assertEquals("hello", b.ask("receive n1/r 5000"));
  }

  @Test
  void shouldLetPeersSpeakAcrossMachines() {
    for (String group : new String[] {"224.0.0.81", "ff02::5a", "ff05::5a:1"}) {
      listen(b, "n1/r b0 " + group + " " + port);
      String where = group + " " + port;
      assertEquals("ok", a.askUntil("peer n1/p a0 " + where, "ok"::equals));
      assertEquals("ok", b.askUntil("peer n1/p b0 " + where, "ok"::equals));
      assertEquals("ok", a.ask("ask n1/p who"));
      assertEquals("who", b.ask("receive n1/r 5000"));
      assertEquals("ok", b.ask("answer n1/p me"));
      assertEquals("me", a.ask("hear n1/p 5000"));
      assertEquals("ok", a.ask("answer n1/p thanks"));
      assertEquals("thanks", b.ask("hear n1/p 5000"));
      b.ask("close n1/r");
      b.ask("close n1/p");
      a.ask("close n1/p");
    }
  }

  @Test
  void shouldDropWhatTheNodeSentItselfInAnIpv6Group() {
    listen(a, "n1/r a0 ff02::5a " + port);
    speak(a, "n1/s a0 ff02::5a " + port + " true");
    speak(a, "n2/s a0 ff02::5a " + port + " true");
    send(a, "n1/s own");
    send(a, "n2/s foreign");
    assertEquals("foreign", a.ask("receive n1/r 5000"));
  }

  @Test
  void shouldCrossInAnIpv4GroupEvenLongerThanAPacket() {
    b.ip("link set b0 mtu 9000");
    listen(b, "n1/r b0 224.0.0.81 " + port);
    assertEquals("8972", b.ask("length n1/r"), "longest message follows the MTU");
    speak(a, "n1/s a0 224.0.0.81 " + port + " false");
    assertEquals("1472", a.ask("length n1/s"));
    send(a, "n1/s abcd 2000");
    assertEquals("abcd".repeat(2000), b.ask("receive n1/r 5000"));
  }

  @Test
  void shouldBeHeardOnTheOwnMachineOnlyWithLoopback() {
    listen(a, "n2/r a0 239.3.2.1 " + port);
    speak(a, "n1/quiet a0 239.3.2.1 " + port + " false");
    speak(a, "n1/loud a0 239.3.2.1 " + port + " true");
    send(a, "n1/quiet quiet");
    send(a, "n1/loud loud");
    assertEquals("loud", a.ask("receive n2/r 5000"));
    assertEquals("nothing", a.ask("receive n2/r 0"));
  }

  @Test
  void shouldHearItsOwnInterfaceOnly() {
    cable("a1", "b1");
    try {
      a.ip("address add 10.9.1.1/24 dev a1");
      a.ip("address add fd00:9:1::1/64 dev a1");
      b.ip("address add 10.9.1.2/24 dev b1");
      for (String group : new String[] {"239.3.2.2", "ff02::5b", "ff05::5b"}) {
        listen(b, "n1/r0 b0 " + group + " " + port);
        listen(b, "n1/r1 b1 " + group + " " + port);
        speak(a, "n1/s0 a0 " + group + " " + port + " false");
        speak(a, "n1/s1 a1 " + group + " " + port + " false");
        send(a, "n1/s1 one");
        send(a, "n1/s0 zero");
        assertEquals("zero", b.ask("receive n1/r0 5000"), group);
        assertEquals("one", b.ask("receive n1/r1 5000"), group);
        assertEquals("nothing", b.ask("receive n1/r0 0"), group);
        assertEquals("nothing", b.ask("receive n1/r1 0"), group);
        b.ask("close n1/r0");
        b.ask("close n1/r1");
      }
    } finally {
      a.ip("link delete a1");
    }
  }

  @Test
  void shouldSendFromTheFirstAddressAndNotFromOneThatLoHasToo() {
    // A virtual address, as a load balancer has it.
    a.ip("address add 10.9.0.100/32 dev lo");
    try {
      a.ip("address add 10.9.0.100/32 dev a0");
      listen(b, "n1/r b0 239.3.2.3 " + port);
      speak(a, "n1/s a0 239.3.2.3 " + port + " false");
      send(a, "n1/s hello");
      assertEquals("hello", b.ask("receive n1/r 5000"));
      assertTrue(a.ask("source n1/s").startsWith("/10.9.0.1:"), "not the first address");
    } finally {
      a.ip("address delete 10.9.0.100/32 dev lo");
    }
  }

  @Test
  void shouldEndWhenTheInterfaceGoesAndWorkAgainWhenItComesBack() {
    for (String group : new String[] {"239.3.2.4", "ff02::5c"}) {
      listen(b, "n1/r b0 " + group + " " + port);
      speak(b, "n1/s b0 " + group + " " + port + " false");
      b.ip("link delete b0");
      assertFailure(b.ask("receive n1/r 10000"), "interface b0 is gone");
      assertEquals("false", b.askUntil("usable n1/s", "false"::equals));
      assertFailure(b.ask("send n1/s x"), "b0");
      assertFailure(
          b.ask("listen n1/x b0 " + group + " " + port),
          "interface b0 does not exist: set mcastInterface to one of lo");
      assertFailure(b.ask("speak n1/x b0 " + group + " " + port + " false"), "does not exist");
      b.ask("close n1/r");
      b.ask("close n1/s");
      makeCable();
      listen(b, "n1/r b0 " + group + " " + port);
      speak(a, "n1/s a0 " + group + " " + port + " false");
      send(a, "n1/s again");
      assertEquals("again", b.ask("receive n1/r 5000"), group);
      b.ask("close n1/r");
    }
  }

  @Test
  void shouldEndWhenTheInterfaceIsAnotherOneNow() {
    listen(b, "n1/r b0 239.3.2.5 " + port);
    speak(b, "n1/s b0 239.3.2.5 " + port + " false");
    makeCable();
    assertFailure(b.ask("receive n1/r 10000"), "interface b0 was removed and made again");
    assertEquals("false", b.askUntil("usable n1/s", "false"::equals));
  }

  @Test
  void shouldEndWhenTheInterfaceIsTakenDown() {
    listen(b, "n1/r b0 239.3.2.6 " + port);
    speak(b, "n1/s b0 239.3.2.6 " + port + " false");
    b.ip("link set b0 down");
    assertFailure(b.ask("receive n1/r 10000"), "interface b0 is down");
    assertEquals("false", b.askUntil("usable n1/s", "false"::equals));
    assertFailure(b.ask("send n1/s x"), "nothing can be sent to 239.3.2.6:" + port + " on b0");
    String advice = "interface b0 is down: bring it up with `ip link set b0 up`";
    assertFailure(b.ask("listen n1/x b0 239.3.2.6 " + port), advice);
    assertFailure(b.ask("speak n1/x b0 239.3.2.6 " + port + " true"), advice);
  }

  @Test
  void shouldKeepListeningWithoutACarrierButNotSend() {
    listen(b, "n1/r b0 239.3.2.7 " + port);
    speak(b, "n1/s b0 239.3.2.7 " + port + " false");
    a.ip("link set a0 down");
    assertEquals("false", b.askUntil("usable n1/s", "false"::equals));
    assertFailure(b.ask("speak n1/x b0 239.3.2.7 " + port + " true"), "b0 has no carrier");
    assertEquals("nothing", b.ask("receive n1/r 1100"));
    a.ip("link set a0 up");
    speak(a, "n1/s a0 239.3.2.7 " + port + " false");
    send(a, "n1/s hello");
    assertEquals("hello", b.ask("receive n1/r 5000"));
  }

  @Test
  void shouldNotBeUsableWithoutTheAddressItSendsFrom() {
    speak(a, "n1/s a0 239.3.2.8 " + port + " false");
    a.ip("address delete 10.9.0.1/24 dev a0");
    assertEquals("false", a.askUntil("usable n1/s", "false"::equals));
    assertFailure(a.ask("send n1/s x"), "on a0");
  }

  @Test
  void shouldSayThatAnAddressIsMissing() {
    a.askUntil(
        "speak n1/x a0 ff02::5d " + port + " true", answer -> !answer.contains("no carrier"));
    a.ip("address delete 10.9.0.1/24 dev a0");
    String ipv4 = "interface a0 has no IPv4 address: give it one with `ip address add";
    assertFailure(a.ask("listen n1/x a0 239.3.2.9 " + port), ipv4);
    assertFailure(a.ask("speak n1/x a0 239.3.2.9 " + port + " true"), ipv4);
    a.ip("address add 10.9.0.1/24 dev a0");
    a.exec("sysctl -qw net.ipv6.conf.a0.disable_ipv6=1");
    String ipv6 = "interface a0 has no IPv6 address (yet): if it stays so, see `sysctl net.ipv6";
    assertFailure(a.ask("listen n1/x a0 ff02::5d " + port), ipv6);
    assertFailure(a.ask("speak n1/x a0 ff02::5d " + port + " true"), ipv6);
    a.ip("address flush dev a0");
    assertFailure(a.ask("listen n1/x a0 ff02::5d " + port), "interface a0 has no address:");
    a.ip("link set a0 down");
    assertFailure(a.ask("listen n1/x a0 ff02::5d " + port), "interface a0 is down:");
  }

  @Test
  void shouldNotCareForTheMulticastFlagWhereTheKernelDoesNot() {
    a.ip("link set a0 multicast off");
    for (String group : new String[] {"239.3.2.13", "ff02::5e"}) {
      speak(a, "n1/s a0 " + group + " " + port + " true");
      listen(a, "n2/r a0 " + group + " " + port);
      listen(b, "n1/r b0 " + group + " " + port);
      send(a, "n1/s hello");
      assertEquals("hello", b.ask("receive n1/r 5000"));
      assertEquals("hello", a.ask("receive n2/r 5000"));
    }
  }

  @Test
  void shouldGoOnListeningWithoutAnAddress() {
    listen(b, "n1/r b0 239.3.2.12 " + port);
    b.ip("address flush dev b0");
    assertEquals("nothing", b.ask("receive n1/r 1100"));
    speak(a, "n1/s a0 239.3.2.12 " + port + " false");
    send(a, "n1/s hello");
    assertEquals("hello", b.ask("receive n1/r 5000"));
    b.ip("link set b0 down");
    assertFailure(b.ask("receive n1/r 10000"), "interface b0 is down");
  }

  @Test
  void shouldSayThatItsAddressesAreOnAnotherInterfaceToo() {
    // The kernel takes the interface that got the address last.
    a.ip("address add 10.9.0.1/32 dev lo");
    try {
      assertFailure(
          a.ask("listen n1/x a0 239.3.2.10 " + port),
          "on a0: its address 10.9.0.1 is on another interface too");
      assertFailure(
          a.askUntil(
              "speak n1/x a0 239.3.2.10 " + port + " true",
              answer -> !answer.contains("no carrier")),
          "every IPv4 address of interface a0 is on another interface too, 10.9.0.1");
    } finally {
      a.ip("address delete 10.9.0.1/32 dev lo");
    }
  }

  @Test
  void shouldWaitForRoomInTheSocketsBufferButNotForEver() {
    speak(a, "n1/s a0 239.3.2.11 " + port + " false");
    // Nearly nothing leaves this interface, and what waits counts against the socket.
    try {
      a.exec("tc qdisc add dev a0 root tbf rate 8kbit burst 2000 limit 10000000");
    } catch (UncheckedIOException e) {
      abort("not run, needs `tc` and a kernel with tbf: " + e.getMessage());
    }
    String answer = "ok";
    for (int i = 0; i < 400 && answer.equals("ok"); i++) {
      answer = a.ask("send n1/s 0123456789 140");
    }
    assertFailure(answer, "239.3.2.11", "the socket's buffer stayed full for a second");
    a.exec("tc qdisc delete dev a0 root");
    send(a, "n1/s hello");
  }
}
