package org.ipvssync.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of real IPVS with real traffic: the datagrams that reached a kernel backup, and the table
 * that it had afterwards. What each run is about: README.md beside the files.
 */
public final class Scenario {
  private static final List<String> NAMES =
      List.of(
          "bulk-v1",
          "dr-tun",
          "failover",
          "ftp-v0",
          "ftp-v1",
          "fwmark",
          "fwmark-persist",
          "group4",
          "group6",
          "persist-mask-v1",
          "persist-port0-v1",
          "persist-v0",
          "persist-v1",
          "persist6-v1",
          "ports4",
          "replace",
          "sctp4",
          "seq-v0",
          "seq-v1",
          "sip",
          "tcp4-nat-v0",
          "tcp4-nat-v1",
          "tcp4-timeouts-v0",
          "tcp4-timeouts-v1",
          "tcp6-dr-v1",
          "tcp6-nat-v1",
          "udp4",
          "udp6");

  private static final Pattern TIMEOUTS =
      Pattern.compile("tcp tcpfin udp\\): (\\d+) (\\d+) (\\d+)");
  private static final Pattern SYNC_ID = Pattern.compile("backup sync daemon \\(.*syncid=(\\d+)");

  private final String name;
  private final String setupText;
  private final Map<String, String> setup;

  private Scenario(String name) {
    this.name = name;
    this.setupText = Resources.text(name + "/setup.txt");
    this.setup = keyValues(setupText);
  }

  /** All of them, by name; usable as a method source of parameterized tests. */
  public static List<Scenario> all() {
    return NAMES.stream().map(Scenario::new).toList();
  }

  /** The one with that name. */
  public static Scenario of(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("no scenario " + name + "; there are " + NAMES);
    }
    return new Scenario(name);
  }

  /** Its name, such as {@code tcp4-nat-v1}. */
  public String name() {
    return name;
  }

  /** The version of all its messages, 0 or 1. */
  public int version() {
    return name.endsWith("-v0") ? 0 : 1;
  }

  /** The datagrams in the order of the capture. */
  public List<CapturedDatagram> datagrams() {
    return CapturedDatagram.read(name + "/sync.pcap");
  }

  /** Records in all datagrams together. */
  public int records() {
    return Integer.parseInt(setup("records"));
  }

  /** A value of setup.txt's first lines ({@code key: value}). */
  public String setup(String key) {
    String value = setup.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key + " in setup.txt of " + name);
    }
    return value;
  }

  /**
   * A section of setup.txt.
   *
   * @param title such as {@code lb2: ipvsadm -l --daemon}
   */
  public String setupSection(String title) {
    String head = "== " + title + "\n";
    int start = setupText.indexOf(head);
    if (start < 0) {
      throw new IllegalArgumentException("no section " + title + " in setup.txt of " + name);
    }
    int end = setupText.indexOf("\n== ", start);
    return setupText.substring(start + head.length(), end < 0 ? setupText.length() : end);
  }

  /** The sync id that the backup was started with; 0 takes every id. */
  public int backupSyncId() {
    return Integer.parseInt(found(SYNC_ID, backupSection("ipvsadm -l --daemon")).group(1));
  }

  /** The backup's timeouts in seconds as {@code ipvsadm --set} orders them: tcp, tcpfin, udp. */
  public List<Integer> backupTimeoutsS() {
    Matcher found = found(TIMEOUTS, backupSection("ipvsadm -l --timeout"));
    return List.of(
        Integer.valueOf(found.group(1)),
        Integer.valueOf(found.group(2)),
        Integer.valueOf(found.group(3)));
  }

  /** When the backup's table was read, microseconds since 1970. */
  public long backupDumpMicros() {
    return new BigDecimal(setup("backup_dump_epoch")).movePointRight(6).longValueExact();
  }

  /** The backup's {@code /proc/net/ip_vs_conn_sync} after the last datagram, without the header. */
  public List<ConnRow> backupRows() {
    return ConnRow.ofConnsSync(backupLines());
  }

  /** The same as the kernel printed it, with the header. */
  public List<String> backupLines() {
    return Resources.lines(name + "/backup.conns_sync");
  }

  /** The backup's {@code /proc/net/ip_vs_conn}: no origin, but persistence engines. */
  public List<ConnRow> backupPeRows() {
    return ConnRow.ofConns(Resources.lines(name + "/backup.conns"));
  }

  /** What the client did, with times, as text. */
  public String traffic() {
    return Resources.text(name + "/traffic.txt");
  }

  /**
   * Writes the capture where a command can read it.
   *
   * @param folder an existing folder, such as a test's temporary one
   * @return the file, {@code NAME.pcap}
   */
  public Path extractCapture(Path folder) {
    Path file = folder.resolve(name + ".pcap");
    try (InputStream in = Resources.open(name + "/sync.pcap")) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** The name: what a parameterized test shows. */
  @Override
  public String toString() {
    return name;
  }

  private String backupSection(String command) {
    return setupSection(setup("backup") + ": " + command);
  }

  private static Matcher found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in: " + text);
    }
    return matcher;
  }

  private static Map<String, String> keyValues(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : text.lines().takeWhile(l -> !l.isBlank()).toList()) {
      int colon = line.indexOf(':');
      values.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return values;
  }
}
