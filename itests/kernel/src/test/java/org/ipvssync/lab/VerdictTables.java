package org.ipvssync.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's table and ours after the same datagrams, row beside row.
 *
 * @param kernel ends of life of the kernel's rows by what else they say
 * @param ours the same of ours
 */
record VerdictTables(
    Map<VerdictTables.Row, List<Double>> kernel, Map<VerdictTables.Row, List<Double>> ours) {

  /** Between two looks at a clock, with seconds that are rounded down. */
  private static final double TOLERANCE_S = 2;

  /** A row so near its end may be gone from the table that is read a moment later. */
  private static final double ENDING_S = 3;

  /** The kernel counts milliseconds in 32 bits here. */
  private static final double WRAP_S = 0x1p32 / 1000;

  private static final String ADDRESS = " ([0-9A-F]{8}|[0-9a-f:]{39}) ([0-9A-F]{4})";
  private static final Pattern KERNEL_ROW =
      Pattern.compile(
          "(\\S+) +" + ADDRESS.substring(1) + ADDRESS + ADDRESS + " (\\S+) +(\\d+)( .*)?");

  /**
   * What a row says but for its life.
   *
   * @param client the client's address
   * @param text all columns, addresses in hex, persistence data up to a zero byte
   */
  record Row(InetAddress client, String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** A row that the tables do not have alike; with the seconds left of each that there is. */
  record Difference(Row row, List<Long> kernel, List<Long> ours) {
    /** True when both tables have the row, only for different times. */
    boolean isOfLives() {
      return kernel.size() == ours.size();
    }

    @Override
    public String toString() {
      return "%s: kernel %s, ours %s".formatted(row, lives(kernel), lives(ours));
    }

    private static String lives(List<Long> seconds) {
      return seconds.isEmpty() ? "none" : seconds + " s";
    }
  }

  /**
   * Reads both.
   *
   * @param kernel bytes of {@code /proc/net/ip_vs_conn}, read at that time in seconds since 1970
   * @param ours bytes of {@code connections --format json}
   */
  static VerdictTables read(Path kernel, double kernelRead, Path ours, double ourRead)
      throws IOException {
    Map<Row, List<Double>> kernelRows = new HashMap<>();
    String last = null;
    for (String line : Files.readString(kernel, StandardCharsets.ISO_8859_1).split("\n")) {
      // Persistence data may have line ends in it.
      if (KERNEL_ROW.matcher(line).matches()) {
        addKernelRow(last, kernelRead, kernelRows);
        last = line;
      } else if (last != null) {
        last += "\n" + line;
      }
    }
    addKernelRow(last, kernelRead, kernelRows);
    Map<Row, List<Double>> ourRows = new HashMap<>();
    for (String line : Files.readAllLines(ours)) {
      addOurRow(JSON.std.mapFrom(line), ourRead, ourRows);
    }
    return new VerdictTables(kernelRows, ourRows);
  }

  private static void addKernelRow(String line, double readAt, Map<Row, List<Double>> into) {
    if (line == null) {
      return;
    }
    int end = line.indexOf('\n');
    Matcher row = KERNEL_ROW.matcher(end < 0 ? line : line.substring(0, end));
    if (!row.matches()) {
      throw new IllegalStateException("not a row of /proc: " + line);
    }
    String rest = row.group(10) == null ? "" : row.group(10);
    String client = row.group(2).replace(":", "");
    String text =
        text(
            row.group(1),
            client,
            row.group(3),
            row.group(4).replace(":", ""),
            row.group(5),
            row.group(6).replace(":", ""),
            row.group(7),
            row.group(8),
            end < 0 ? rest : rest + line.substring(end));
    add(into, client, text, readAt, Long.parseLong(row.group(9)));
  }

  private static void addOurRow(Map<String, Object> row, double readAt, Map<Row, List<Double>> into)
      throws IOException {
    String data = untilZero(row.getOrDefault("pe_data", "").toString());
    String name = untilZero(row.getOrDefault("pe_name", "").toString());
    boolean ipv6 = row.get("af").equals("inet6");
    String client = hex(row.get("caddr"), ipv6);
    String text =
        text(
            row.get("proto").toString(),
            client,
            port(row.get("cport")),
            hex(row.get("vaddr"), ipv6),
            port(row.get("vport")),
            hex(row.get("daddr"), ipv6),
            port(row.get("dport")),
            row.get("state_name").toString(),
            row.containsKey("pe_data") ? " " + name + " " + data : "");
    double expiresS = ((Number) row.get("expires")).doubleValue();
    add(into, client, text, readAt, expiresS % WRAP_S);
  }

  private static String untilZero(String text) {
    int zero = text.indexOf('\0');
    return zero < 0 ? text : text.substring(0, zero);
  }

  private static String port(Object number) {
    return "%04X".formatted(((Number) number).intValue());
  }

  private static String hex(Object address, boolean ipv6) {
    byte[] bytes = InetAddress.ofLiteral(address.toString()).getAddress();
    String hex = HexFormat.of().withUpperCase().formatHex(bytes);
    // Java makes an IPv4 address of ::ffff:1.2.3.4.
    String mapped = ipv6 && bytes.length == 4 ? "0".repeat(20) + "ffff" + hex : hex;
    return ipv6 ? mapped.toLowerCase(Locale.ROOT) : mapped;
  }

  private static String text(String... columns) {
    return "%-6s %s:%s %s:%s %s:%s %s%s".formatted((Object[]) columns);
  }

  private static void add(
      Map<Row, List<Double>> rows, String client, String text, double readAt, double expiresS) {
    try {
      InetAddress address = InetAddress.getByAddress(HexFormat.of().parseHex(client));
      rows.computeIfAbsent(new Row(address, text), row -> new ArrayList<>()).add(readAt + expiresS);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(client, e);
    }
  }

  /** Rows in the kernel's table. */
  int size() {
    return kernel.values().stream().mapToInt(List::size).sum();
  }

  /** Rows in the kernel's table of these clients. */
  int count(ClientRange clients) {
    return kernel.entrySet().stream()
        .filter(row -> ClientRange.of(row.getKey().client()) == clients.number())
        .mapToInt(row -> row.getValue().size())
        .sum();
  }

  /**
   * What is not the same.
   *
   * @param now when the first of them was read; what ends at once is left out
   */
  List<Difference> differences(double now) {
    Set<Row> all = new HashSet<>(kernel.keySet());
    all.addAll(ours.keySet());
    List<Difference> found = new ArrayList<>();
    for (Row row : all) {
      List<Double> one = living(kernel, row, now);
      List<Double> other = living(ours, row, now);
      if (!agree(one, other)) {
        found.add(new Difference(row, left(one, now), left(other, now)));
      }
    }
    return found;
  }

  private static List<Double> living(Map<Row, List<Double>> rows, Row row, double now) {
    return rows.getOrDefault(row, List.of()).stream()
        .filter(end -> end - now > ENDING_S)
        .sorted()
        .toList();
  }

  private static List<Long> left(List<Double> ends, double now) {
    return ends.stream().map(end -> Math.round(end - now)).toList();
  }

  private static boolean agree(List<Double> kernel, List<Double> ours) {
    if (kernel.size() != ours.size()) {
      return false;
    }
    for (int i = 0; i < kernel.size(); i++) {
      double apart = Math.abs(kernel.get(i) - ours.get(i));
      if (Math.min(apart, WRAP_S - apart) > TOLERANCE_S) {
        return false;
      }
    }
    return true;
  }

  /** The rows of the differences, in order. */
  static Set<String> rowsOf(List<Difference> differences) {
    Set<String> rows = new TreeSet<>();
    differences.forEach(d -> rows.add(d.row().text()));
    return rows;
  }
}
