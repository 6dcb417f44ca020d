package org.ipvssync.vectors;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Made datagrams that were sent one by one to a kernel backup with an empty table.
 *
 * @param name such as {@code opt-seq-twice}
 * @param note what is tried, for people
 * @param services {@code same}: the service is configured, {@code other}: another one is, {@code
 *     none}
 * @param backupSyncId the sync id that the backup was started with; 0 takes every id
 * @param steps the datagrams, all to the same table
 */
public record EdgeCase(
    String name, String note, String services, int backupSyncId, List<Step> steps) {

  /**
   * One datagram and what the kernel made of it.
   *
   * @param payload the message: what UDP carried
   * @param rows the kernel's table afterwards
   * @param kernelLog the kernel's own reasons
   * @param reemitted after the last step: the records as that kernel's own master sent them on, one
   *     packet later; empty for templates
   * @param reemittedPayloads the datagrams that those came in
   */
  public record Step(
      byte[] payload,
      List<ConnRow> rows,
      List<String> kernelLog,
      List<Reemitted> reemitted,
      List<byte[]> reemittedPayloads) {}

  /**
   * A record as the kernel's master sent it on: it shows what the table's text does not.
   *
   * @param version of the message: 0, or 1
   * @param fwmark firewall mark; 0 in version 0
   * @param timeoutS seconds; 0 in version 0
   * @param seq sequence data, in then out, each init_seq, delta, previous_delta, as that
   *     little-endian kernel holds them; empty when there are none, and always in version 1
   */
  public record Reemitted(
      int version,
      int protocol,
      InetAddress caddr,
      int cport,
      InetAddress vaddr,
      int vport,
      InetAddress daddr,
      int dport,
      int flags,
      int state,
      long fwmark,
      long timeoutS,
      List<Integer> seq) {}

  /** All of them, in the order of the file; usable as a method source of parameterized tests. */
  public static List<EdgeCase> all() {
    Map<String, EdgeCase> cases = new LinkedHashMap<>();
    for (String line : Resources.lines("edge/accept.jsonl")) {
      Map<String, Object> json = parse(line);
      EdgeCase one =
          cases.computeIfAbsent(
              text(json, "case"),
              name ->
                  new EdgeCase(
                      name,
                      text(json, "note"),
                      text(json, "services"),
                      (int) number(json, "backup_syncid"),
                      new ArrayList<>()));
      one.steps.add(step(json));
    }
    return List.copyOf(cases.values());
  }

  /** The name: what a parameterized test shows. */
  @Override
  public String toString() {
    return name;
  }

  private static Step step(Map<String, Object> json) {
    return new Step(
        HexFormat.of().parseHex(text(json, "hex")),
        list(json, "rows").stream().map(EdgeCase::row).toList(),
        list(json, "klog").stream().map(Object::toString).toList(),
        list(json, "reemit").stream().map(EdgeCase::reemitted).toList(),
        list(json, "reemit_hex").stream()
            .map(hex -> HexFormat.of().parseHex(hex.toString()))
            .toList());
  }

  private static ConnRow row(Object value) {
    Map<?, ?> json = (Map<?, ?>) value;
    return new ConnRow(
        text(json, "proto"),
        address(json, "caddr"),
        (int) number(json, "cport"),
        address(json, "vaddr"),
        (int) number(json, "vport"),
        address(json, "daddr"),
        (int) number(json, "dport"),
        text(json, "state"),
        text(json, "origin"),
        number(json, "expires"),
        text(json, "pe_name"),
        text(json, "pe_data"));
  }

  private static Reemitted reemitted(Object value) {
    Map<?, ?> json = (Map<?, ?>) value;
    return new Reemitted(
        Boolean.TRUE.equals(json.get("v0")) ? 0 : 1,
        (int) number(json, "proto"),
        address(json, "caddr"),
        (int) number(json, "cport"),
        address(json, "vaddr"),
        (int) number(json, "vport"),
        address(json, "daddr"),
        (int) number(json, "dport"),
        Long.decode(text(json, "flags")).intValue(),
        (int) number(json, "state"),
        number(json, "fwmark"),
        number(json, "timeout"),
        list(json, "seq_host_order").stream()
            .map(word -> Long.decode(word.toString()).intValue())
            .toList());
  }

  private static Map<String, Object> parse(String line) {
    try {
      return JSON.std.mapFrom(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Map<?, ?> json, String key) {
    return json.get(key) instanceof String text ? text : "";
  }

  private static long number(Map<?, ?> json, String key) {
    return json.get(key) instanceof Number number ? number.longValue() : 0;
  }

  private static InetAddress address(Map<?, ?> json, String key) {
    return InetAddress.ofLiteral(text(json, key));
  }

  private static List<?> list(Map<?, ?> json, String key) {
    return json.get(key) instanceof List<?> list ? list : List.of();
  }
}
