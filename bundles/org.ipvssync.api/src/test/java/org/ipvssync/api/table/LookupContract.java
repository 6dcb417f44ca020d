package org.ipvssync.api.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.conn.ConnFlags;
import org.ipvssync.api.conn.MergeRule;
import org.ipvssync.api.count.LinkCounter;
import org.junit.jupiter.api.Test;

/**
 * Which entry a record meets. Source: net/netfilter/ipvs/ip_vs_conn.c ({@code __ip_vs_conn_in_get},
 * {@code ip_vs_conn_in_get}, {@code ip_vs_ct_in_get}) and ip_vs_pe_sip.c ({@code
 * ip_vs_sip_ct_match}).
 */
public interface LookupContract extends TableOpener {
  int NO_CPORT = ConnFlags.NO_CPORT;
  int TEMPLATE = ConnFlags.TEMPLATE | ConnFlags.INACTIVE;

  @Test
  default void shouldFindConnectionByProtocolClientAndVirtualAddressAndPort() {
    TableHarness t = open();
    t.sync(Conn.tcp());
    assertTrue(t.has(Conn.tcp()));
    assertTrue(t.has(Conn.tcp().by("10.9.9.9", 1).state(4)), "the real server is no key");
    assertFalse(t.has(Conn.tcp().protocol(17).state(0)));
    assertFalse(t.has(Conn.tcp().from("10.0.0.2", 40000)));
    assertFalse(t.has(Conn.tcp().from("10.0.0.1", 40001)));
    assertFalse(t.has(Conn.tcp().to("192.0.2.2", 80)));
    assertFalse(t.has(Conn.tcp().to("192.0.2.1", 81)));
  }

  @Test
  default void shouldCompareAllOfAnIpv6Address() {
    TableHarness t = open();
    t.sync(Conn.tcp6());
    assertTrue(t.has(Conn.tcp6()));
    assertFalse(t.has(Conn.tcp6().from("2001:db8::2", 40000)));
    assertFalse(t.has(Conn.tcp6().from("2001:db9::1", 40000)));
    assertFalse(t.has(Conn.tcp6().from("2001:db8:0:1::1", 40000)));
    assertFalse(t.has(Conn.tcp6().to("2001:db8:2::2", 80)));
    assertFalse(t.has(Conn.tcp6().to("2001:db8:2:0:1::1", 80)));
  }

  @Test
  default void shouldTellFamiliesApart() {
    TableHarness t = open();
    // The first four bytes are those of the IPv4 addresses: cp->af == p->af decides.
    t.sync(Conn.tcp6().from("0a00:0001::", 40000).to("c000:0201::", 80));
    assertFalse(t.has(Conn.tcp()));
    t.sync(Conn.tcp());
    assertEquals(2, t.living());
  }

  @Test
  default void shouldMatchNoCportEntryByPortZeroAndByAnyOther() {
    TableHarness t = open();
    t.sync(Conn.tcp().from("10.0.0.1", 0).flags(NO_CPORT));
    assertTrue(t.has(Conn.tcp().from("10.0.0.1", 0)), "its own port");
    // ip_vs_conn_in_get tries again with port 0 while there are NO_CPORT entries.
    assertTrue(t.has(Conn.tcp().from("10.0.0.1", 12345)));
    assertFalse(t.has(Conn.tcp().from("10.0.0.2", 12345)));
    assertFalse(t.has(Conn.tcp().from("10.0.0.1", 12345).protocol(17).state(0)));
  }

  @Test
  default void shouldPreferTheExactEntryToOneWithoutClientPort() {
    TableHarness t = open();
    t.sync(Conn.tcp().from("10.0.0.1", 12345));
    int exact = t.handleOf(Conn.tcp().from("10.0.0.1", 12345));
    t.sync(Conn.tcp().from("10.0.0.1", 0).flags(NO_CPORT));
    assertEquals(exact, t.handleOf(Conn.tcp().from("10.0.0.1", 12345)));
    assertNotEquals(exact, t.handleOf(Conn.tcp().from("10.0.0.1", 12346)));
  }

  @Test
  default void shouldKeepPortZeroWhenARealPortUpdatesANoCportEntry() {
    TableHarness t = open();
    t.sync(Conn.tcp().from("10.0.0.1", 0).flags(NO_CPORT).state(3));
    t.sync(Conn.tcp().from("10.0.0.1", 12345).state(1));
    assertEquals(1, t.count(LinkCounter.UPDATED));
    ConnBatch entry = t.mustFind(Conn.tcp().from("10.0.0.1", 12345));
    assertEquals(0, entry.cport(0));
    assertEquals(1, entry.state(0));
    assertEquals(NO_CPORT, entry.flags(0) & NO_CPORT, "not among the flags an update changes");
  }

  @Test
  default void shouldLearnTheClientPortFromTheOwnLoadBalancer() {
    // ip_vs_conn_fill_cport: the entry is hashed again with the port that the client turned out
    // to have, and loses the flag.
    TableHarness t = open();
    Conn known = Conn.tcp().from("10.0.0.1", 12345);
    t.apply(MergeRule.AUTHORITATIVE, Conn.tcp().from("10.0.0.1", 0).flags(NO_CPORT));
    int handle = t.handleOf(known);
    t.apply(MergeRule.AUTHORITATIVE, known);
    assertEquals(1, t.living());
    assertEquals(handle, t.handleOf(known));
    assertEquals(12345, t.mustFind(known).cport(0));
    assertFalse(t.has(Conn.tcp().from("10.0.0.1", 12346)), "no entry without a port is left");
  }

  @Test
  default void shouldNeverFindAConnectionOfPortZeroWithoutTheFlag() {
    // (!p->cport) ^ (!(cp->flags & NO_CPORT)): no lookup matches it, so each record makes another.
    TableHarness t = open();
    Conn odd = Conn.tcp().from("10.0.0.1", 0);
    t.sync(odd);
    t.sync(odd);
    assertFalse(t.has(odd));
    assertEquals(2, t.count(LinkCounter.INSERTED));
    assertEquals(2, t.living());
  }

  @Test
  default void shouldNeverFindAConnectionWithPortAndTheFlag() {
    TableHarness t = open();
    Conn odd = Conn.tcp().from("10.0.0.1", 12345).flags(NO_CPORT);
    t.sync(odd, odd);
    assertFalse(t.has(odd));
    assertEquals(2, t.living());
  }

  @Test
  default void shouldFindTemplatesByTemplateRecordsOnly() {
    TableHarness t = open();
    t.sync(Conn.template());
    assertTrue(t.has(Conn.template()));
    assertFalse(t.has(Conn.tcp().from("10.0.0.1", 0)), "no NO_CPORT in its flags");
    assertFalse(t.has(Conn.template().from("10.0.0.2", 0)));
    assertFalse(t.has(Conn.template().to("192.0.2.1", 0)));
    assertFalse(t.has(Conn.template().protocol(17)));
  }

  @Test
  default void shouldNotFindConnectionsByTemplateRecords() {
    TableHarness t = open();
    t.sync(Conn.tcp(), Conn.tcp().from("10.0.0.1", 0).flags(NO_CPORT));
    assertFalse(t.has(Conn.tcp().flags(TEMPLATE)));
    assertFalse(t.has(Conn.template()));
  }

  @Test
  default void shouldFindTemplatesByTheirClientPortAsItIs() {
    // ip_vs_ct_in_get compares ports as they are and has no second try with port 0.
    TableHarness t = open();
    t.sync(Conn.template(), Conn.template().from("10.0.0.1", 0).flags(TEMPLATE | NO_CPORT));
    assertEquals(1, t.living(), "the flag NO_CPORT is not compared");
    assertFalse(t.has(Conn.template().from("10.0.0.1", 5)));
    t.sync(Conn.template().from("10.0.0.1", 5));
    assertEquals(2, t.living());
  }

  @Test
  default void shouldMeetATemplateWithAClientPortAsAConnectionToo() {
    // __ip_vs_conn_in_get does not ask for the flag TEMPLATE.
    TableHarness t = open();
    t.sync(Conn.tcp().flags(TEMPLATE));
    assertEquals(t.handleOf(Conn.tcp().flags(TEMPLATE)), t.handleOf(Conn.tcp()));
  }

  @Test
  default void shouldPreferTheNewerOfTwoThatMatch() {
    // Entries go to the head of their chain.
    TableHarness t = open();
    t.sync(Conn.tcp().state(1));
    int connection = t.handleOf(Conn.tcp());
    t.sync(Conn.tcp().flags(TEMPLATE));
    int template = t.handleOf(Conn.tcp().flags(TEMPLATE));
    assertNotEquals(connection, template, "a template record does not meet the connection");
    assertEquals(template, t.handleOf(Conn.tcp()), "but a connection's record the newer template");
  }

  @Test
  default void shouldCompareOnlyTheMarkOfFwmarkTemplates() {
    // With protocol 0 the virtual address is the mark: compared and stored as four bytes.
    TableHarness t = open();
    Conn mark = Conn.template6().protocol(0).to("0000:0011::", 0);
    t.sync(mark);
    assertTrue(t.has(mark));
    assertTrue(t.has(Conn.template6().protocol(0).to("0:11:1:2:3:4:5:6", 0)));
    assertFalse(t.has(Conn.template6().protocol(0).to("0000:0012::", 0)));
    assertFalse(t.has(Conn.template6().protocol(6).to("0000:0011::", 0)));
  }

  @Test
  default void shouldStoreFourBytesOfAFwmark() {
    TableHarness t = open();
    Conn mark = Conn.template6().protocol(0).to("0:11:1:2:3:4:5:6", 0);
    t.sync(mark);
    ConnBatch entry = t.mustFind(mark);
    assertEquals(0, entry.vaddrWord(0, 1) | entry.vaddrWord(0, 2) | entry.vaddrWord(0, 3));
    assertNotEquals(0, entry.vaddrWord(0, 0));
  }

  @Test
  default void shouldCompareAllOfTheVirtualAddressOfOtherTemplates() {
    TableHarness t = open();
    t.sync(Conn.template6());
    assertTrue(t.has(Conn.template6()));
    assertFalse(t.has(Conn.template6().to("2001:db8:2::2", 80)));
  }

  @Test
  default void shouldFindPeTemplatesByTheirDataAndNotByClientPort() {
    TableHarness t = open();
    t.sync(Conn.sip("call-1"), Conn.sip("call-2"));
    assertEquals(2, t.living());
    assertNotEquals(t.handleOf(Conn.sip("call-1")), t.handleOf(Conn.sip("call-2")));
    int first = t.handleOf(Conn.sip("call-1"));
    assertEquals(first, t.handleOf(Conn.sip("call-1").from("10.0.0.1", 5060)));
    assertFalse(t.has(Conn.sip("call-3")));
    assertFalse(t.has(Conn.sip("call-")));
    assertFalse(t.has(Conn.sip("call-1").pe("xmpp", "call-1")), "the engine must agree");
    assertFalse(t.has(Conn.sip("call-1").from("10.0.0.2", 0)));
    assertFalse(t.has(Conn.sip("call-1").to("192.0.2.2", 5060)));
    assertFalse(t.has(Conn.sip("call-1").to("192.0.2.1", 5061)));
    assertFalse(t.has(Conn.sip("call-1").protocol(6)));
  }

  @Test
  default void shouldKeepPeTemplatesApartFromOthers() {
    // They are hashed by their data, so that a lookup by address looks elsewhere.
    TableHarness t = open();
    Conn plain = Conn.sip("").pe("", "");
    t.sync(Conn.sip("call-1"), Conn.sip("call-2").from("10.0.0.1", 5060));
    assertFalse(t.has(plain));
    assertFalse(t.has(Conn.tcp().protocol(17).state(0).to("192.0.2.1", 5060)));
    Conn sameKey = Conn.sip("").pe("", "").from("10.0.0.1", 5060).flags(0);
    assertFalse(t.has(sameKey), "nor does a connection's record meet one");
    t.sync(plain);
    assertTrue(t.has(plain));
    assertEquals(3, t.living());
  }

  @Test
  default void shouldIgnoreAnEngineNameWithoutData() {
    TableHarness t = open();
    t.sync(Conn.template());
    assertEquals(t.handleOf(Conn.template()), t.handleOf(Conn.template().pe("sip", "")));
    assertEquals(0, t.mustFind(Conn.template()).peNameLength(0));
  }

  @Test
  default void shouldMakeAnotherConnectionOfEachRecordWithPersistenceData() {
    // ip_vs_conn_new keeps persistence data for templates only, yet ip_vs_conn_hashkey_param looks
    // by it: in a chain where no connection is.
    TableHarness t = open();
    t.sync(Conn.tcp().pe("sip", "call-1"));
    ConnBatch entry = t.mustFind(Conn.tcp());
    assertEquals(0, entry.peDataLength(0) + entry.peNameLength(0));
    t.sync(Conn.tcp().pe("sip", "call-1"));
    assertEquals(2, t.living());
    t.sync(Conn.tcp());
    assertEquals(2, t.living());
  }

  @Test
  default void shouldTakeAnEngineNameForACString() {
    TableHarness t = open();
    t.sync(Conn.sip("call-1").pe("sip\0x", "call-1"));
    assertTrue(t.has(Conn.sip("call-1")));
    assertEquals(3, t.mustFind(Conn.sip("call-1")).peNameLength(0));
  }

  @Test
  default void shouldCompareLongPersistenceDataToTheLastByte() {
    TableHarness t = open();
    String longest = "x".repeat(ConnBatch.PE_DATA_MAX);
    String other = "x".repeat(ConnBatch.PE_DATA_MAX - 1) + "y";
    t.sync(Conn.sip("").pe("sixteen-letters-", longest));
    assertTrue(t.has(Conn.sip("").pe("sixteen-letters-", longest)));
    assertFalse(t.has(Conn.sip("").pe("sixteen-letters-", other)));
    assertFalse(t.has(Conn.sip("").pe("sixteen-letters+", longest)));
    assertFalse(t.has(Conn.sip("").pe("sixteen-letters", longest)));
  }
}
