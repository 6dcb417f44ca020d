package org.ipvssync.kernel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipvssync.api.conn.ConnFlags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services as a 6.1 kernel printed them, and what rows mean with them. */
class ServicesTest {
  private static final String PRINTED =
      """
      TCP  [fd01:0000:0000:0000:0000:0000:0000:0200]:0050 rr persistent 10000 40000000
        -> [fd01:0000:0000:0000:0000:0000:0000:0021]:0050      Tunnel  1      0          0
      UDP  0A0100C9:13C4 rr ops  persistent 36000 FFFFFFFF
        -> 0A010015:13C4      Masq    1      0          0
      UDP  0A0100C8:0035 rr ops \s
        -> 0A010015:0035      Masq    1      0          0
      SCTP  0A0100C9:13C5 rr \s
      TCP  0A0100C8:0015 rr \s
        -> 0A010015:0015      Masq    1      0          0
      TCP  0A0100C8:0050 rr  persistent 30000 FFFFFFFF
        -> 0A010001:0050      Route   0      0          0
        -> 0A010015:0050      Local   1      0          0
      FWM  00000011 rr persistent 5000 FFFFFF00
        -> 0A010016:0000      Masq    1      0          0
      FWM  00000012 rr\s
        -> [fd01:0000:0000:0000:0000:0000:0000:0021]:0000      Masq    1      0          0
      """;

  @TempDir Path folder;
  private FakeKernel kernel;

  @BeforeEach
  void open() throws Exception {
    kernel = new FakeKernel(folder);
    kernel.services(PRINTED);
  }

  private ProcServices.Result read() throws Exception {
    return ProcServices.read(kernel.proc().net("ip_vs"));
  }

  private String complete(String row) throws Exception {
    RowCompletion completion = new RowCompletion(read().services(), 100);
    List<String> out = new ArrayList<>();
    new ProcConns()
        .read(
            new ByteArrayInputStream(
                (FakeKernel.CONNS + row + "\n").getBytes(StandardCharsets.ISO_8859_1)),
            batch -> {
              completion.complete(batch);
              out.add(
                  "flags %x fwmark %d timeout %d remaining %d"
                      .formatted(
                          batch.flags(0), batch.fwmark(0), batch.timeoutS(0), batch.remainingS(0)));
            });
    return String.join("; ", out);
  }

  @Test
  void shouldReadAllKindsOfServices() throws Exception {
    assertEquals(0, read().badLines());
    assertEquals(8, read().services().all().size());
    assertEquals(
        10_000 + 36_000 + 30_000 + 5000,
        read().services().all().stream().mapToLong(Services.Service::persistenceJiffies).sum());
  }

  @Test
  void shouldNotMindWeightsCountersAndOrder() throws Exception {
    Services before = read().services();
    kernel.services(
        PRINTED
            .replace("0A010001:0050      Route   0      0 ", "0A010001:0050      Route   9      7 ")
            .replace("Masq    1      0          0", "Masq    0      1          2"));
    assertEquals(before, read().services());

    kernel.services(PRINTED.replace("0A010001:0050", "0A010002:0050"));
    assertNotEquals(before, read().services());
  }

  @Test
  void shouldNotMindTheOrderOfServicesForOneMark() throws Exception {
    String mark4 = "FWM  00000011 rr\n  -> 0A010016:0000 Masq 1 0 0\n";
    String real6 = "[fd01:0000:0000:0000:0000:0000:0000:0021]";
    String mark6 = "FWM  00000011 rr\n  -> " + real6 + ":0000 Masq 1 0 0\n";
    kernel.services(mark4 + mark6);
    Services before = read().services();

    kernel.services(mark6 + mark4);

    assertEquals(before, read().services());
  }

  @Test
  void shouldCountLinesThatItDoesNotUnderstand() throws Exception {
    kernel.services("XXX 0A0100C8:0050 rr\n  -> 0A010001:0050 Dance 1 0 0\n\n");

    assertEquals(2, read().badLines());
    assertEquals(Services.NONE, read().services());
  }

  @Test
  void shouldTakeTheForwardingMethodFromTheDestination() throws Exception {
    assertEquals(
        "flags 83 fwmark 0 timeout 892 remaining 0",
        complete("TCP 0A010065 AC5F 0A0100C8 0050 0A010001 0050 ESTABLISHED     892"));
    assertEquals(
        "flags 181 fwmark 0 timeout 112 remaining 0",
        complete("TCP 0A010065 AC5F 0A0100C8 0050 0A010015 0050 FIN_WAIT        112"));
    assertEquals(
        "flags 100 fwmark 0 timeout 112 remaining 0",
        complete("UDP 0A010065 AC5F 0A0100C8 0035 0A010015 0035 UDP             112"));
  }

  @Test
  void shouldTakeTheForwardingMethodOfTheOthersWhenTheDestinationIsGone() throws Exception {
    assertEquals(
        "flags 83 fwmark 0 timeout 892 remaining 0",
        complete("TCP 0A010065 AC5F 0A0100C8 0050 0A010099 0050 ESTABLISHED     892"));
    assertEquals(
        "flags 0 fwmark 0 timeout 892 remaining 0",
        complete("TCP 0A010065 AC5F 0A0100C8 0015 0A010099 0015 ESTABLISHED     892"));
  }

  @Test
  void shouldGiveTemplatesTheServicesTimeout() throws Exception {
    assertEquals(
        "flags 1183 fwmark 0 timeout 300 remaining 237",
        complete("TCP 0A010065 0000 0A0100C8 0050 0A010001 0050 NONE            237"));
    assertEquals(
        "flags 1100 fwmark 17 timeout 50 remaining 47",
        complete("IP  0A010000 0000 00000011 0000 0A010016 0000 ASSURED          47"));
    assertEquals(
        "flags 1100 fwmark 0 timeout 360 remaining 297",
        complete(
            "UDP 0A010065 0000 0A0100C9 13C4 0A010015 13C4 NONE            297 sip call@here"));
  }

  @Test
  void shouldFindAMarkWhereTheAddressHasNoService() throws Exception {
    assertEquals(
        "flags 0 fwmark 17 timeout 892 remaining 0",
        complete("TCP 0A010065 AC5F 0A0100C7 01BB 0A010016 01BB ESTABLISHED     892"));
  }

  @Test
  void shouldTellAConnectionWithoutAPortFromATemplate() throws Exception {
    // FTP data that the client has not opened yet
    String flags = "flags %x fwmark 0 timeout 60 remaining 0";
    assertEquals(
        flags.formatted(ConnFlags.NO_CPORT | ConnFlags.INACTIVE),
        complete("TCP 0A010065 0000 0A0100C8 9C40 0A010015 9C40 NONE             60"));
  }
}
