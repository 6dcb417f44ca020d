package org.ipvssync.vectors;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;

/**
 * One connection or template in a kernel's table, as /proc shows it.
 *
 * @param proto TCP, UDP, SCTP, IP (protocol 0) and so on
 * @param state the name of the state
 * @param origin SYNC or LOCAL; empty where the file does not say ({@code ip_vs_conn})
 * @param expiresS seconds until it expires, rounded down
 * @param peName name of the persistence engine; empty when there is none
 * @param peData data of the persistence engine; empty when there is none
 */
public record ConnRow(
    String proto,
    InetAddress caddr,
    int cport,
    InetAddress vaddr,
    int vport,
    InetAddress daddr,
    int dport,
    String state,
    String origin,
    long expiresS,
    String peName,
    String peData) {

  /** Rows of {@code /proc/net/ip_vs_conn_sync}, after its header. */
  public static List<ConnRow> ofConnsSync(List<String> lines) {
    return lines.stream().skip(1).map(ConnRow::ofConnsSync).toList();
  }

  /** Rows of {@code /proc/net/ip_vs_conn}, after its header. */
  public static List<ConnRow> ofConns(List<String> lines) {
    return lines.stream().skip(1).map(ConnRow::ofConns).toList();
  }

  private static ConnRow ofConnsSync(String line) {
    String[] columns = line.trim().split(" +");
    return of(columns, columns[8], columns[9], "", "");
  }

  private static ConnRow ofConns(String line) {
    String[] columns = line.trim().split(" +", 11);
    boolean pe = columns.length > 9;
    return of(columns, "", columns[8], pe ? columns[9] : "", pe ? columns[10] : "");
  }

  private static ConnRow of(
      String[] columns, String origin, String expires, String peName, String peData) {
    return new ConnRow(
        columns[0],
        address(columns[1]),
        port(columns[2]),
        address(columns[3]),
        port(columns[4]),
        address(columns[5]),
        port(columns[6]),
        columns[7],
        origin,
        Long.parseLong(expires),
        peName,
        peData);
  }

  private static int port(String hex) {
    return Integer.parseInt(hex, 16);
  }

  private static InetAddress address(String hex) {
    try {
      return InetAddress.getByAddress(HexFormat.of().parseHex(hex.replace(":", "")));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address of /proc: " + hex, e);
    }
  }
}
