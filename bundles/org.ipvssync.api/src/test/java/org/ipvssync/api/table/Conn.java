package org.ipvssync.api.table;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;

/** A record in the making, for tests: each call changes it, {@link #addTo} writes it down. */
public final class Conn {
  private boolean ipv6;
  private int protocol;
  private int flags;
  private int state;
  private int cport;
  private int vport;
  private int dport;
  private int fwmark;
  private int timeoutS;
  private int remainingS;
  private String caddr = "";
  private String vaddr = "";
  private String daddr = "";
  private int[] seq;
  private byte[] peName = {};
  private byte[] peData = {};

  /** An established connection: 10.0.0.1:40000 to 192.0.2.1:80, served by 10.1.0.1:8080. */
  public static Conn tcp() {
    Conn conn = new Conn();
    conn.protocol = 6;
    conn.state = 1;
    return conn.from("10.0.0.1", 40000).to("192.0.2.1", 80).by("10.1.0.1", 8080);
  }

  /** The same over IPv6: [2001:db8::1]:40000 to [2001:db8:2::1]:80, by [2001:db8:1::1]:8080. */
  public static Conn tcp6() {
    Conn conn = tcp();
    conn.ipv6 = true;
    return conn.from("2001:db8::1", 40000).to("2001:db8:2::1", 80).by("2001:db8:1::1", 8080);
  }

  /** The persistence of client 10.0.0.1: a template with client port 0. */
  public static Conn template() {
    return tcp()
        .from("10.0.0.1", 0)
        .flags(ConnFlags.TEMPLATE | ConnFlags.INACTIVE)
        .state(1)
        .timeoutS(360);
  }

  /** The same over IPv6. */
  public static Conn template6() {
    return tcp6()
        .from("2001:db8::1", 0)
        .flags(ConnFlags.TEMPLATE | ConnFlags.INACTIVE)
        .state(1)
        .timeoutS(360);
  }

  /** A template of the SIP engine for one call. */
  public static Conn sip(String callId) {
    return template().protocol(17).to("192.0.2.1", 5060).pe("sip", callId);
  }

  /** Protocol number. */
  public Conn protocol(int number) {
    protocol = number;
    return this;
  }

  /** All flags. */
  public Conn flags(int newFlags) {
    flags = newFlags;
    return this;
  }

  /** Sets the INACTIVE flag beside others. */
  public Conn inactive() {
    flags |= ConnFlags.INACTIVE;
    return this;
  }

  /** State number. */
  public Conn state(int number) {
    state = number;
    return this;
  }

  /** The client. */
  public Conn from(String address, int port) {
    caddr = address;
    cport = port;
    return this;
  }

  /** The virtual service. */
  public Conn to(String address, int port) {
    vaddr = address;
    vport = port;
    return this;
  }

  /** The real server. */
  public Conn by(String address, int port) {
    daddr = address;
    dport = port;
    return this;
  }

  /** Firewall mark. */
  public Conn fwmark(int mark) {
    fwmark = mark;
    return this;
  }

  /** Timeout in seconds, unsigned. */
  public Conn timeoutS(int seconds) {
    timeoutS = seconds;
    return this;
  }

  /** Remaining seconds, unsigned. */
  public Conn remainingS(int seconds) {
    remainingS = seconds;
    return this;
  }

  /** Six words of sequence data. */
  public Conn seq(int... words) {
    seq = words;
    return this;
  }

  /** Persistence engine and data, one byte a character. */
  public Conn pe(String name, String data) {
    peName = name.getBytes(StandardCharsets.ISO_8859_1);
    peData = data.getBytes(StandardCharsets.ISO_8859_1);
    return this;
  }

  /** Appends the record to a batch; returns its index. */
  public int addTo(ConnBatch batch) {
    int i = batch.add();
    batch.setIpv6(i, ipv6);
    batch.setProtocol(i, protocol);
    batch.setFlags(i, flags);
    batch.setState(i, state);
    batch.setPorts(i, cport, vport, dport);
    batch.setFwmark(i, fwmark);
    batch.setTimeoutS(i, timeoutS);
    batch.setRemainingS(i, remainingS);
    for (int word = 0; word < (ipv6 ? 4 : 1); word++) {
      batch.setCaddrWord(i, word, word(caddr, word));
      batch.setVaddrWord(i, word, word(vaddr, word));
      batch.setDaddrWord(i, word, word(daddr, word));
    }
    for (int word = 0; seq != null && word < seq.length; word++) {
      batch.setSeq(i, word, seq[word]);
    }
    if (peName.length + peData.length > 0) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment pe = arena.allocate(peName.length + peData.length);
        MemorySegment.copy(peData, 0, pe, JAVA_BYTE, 0, peData.length);
        MemorySegment.copy(peName, 0, pe, JAVA_BYTE, peData.length, peName.length);
        batch.setPe(i, pe, 0, peData.length, peData.length, peName.length);
      }
    }
    return i;
  }

  private static int word(String address, int word) {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(4 * word);
  }
}
