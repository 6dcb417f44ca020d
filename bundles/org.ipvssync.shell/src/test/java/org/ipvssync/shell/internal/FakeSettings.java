package org.ipvssync.shell.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings in memory; what follows a change is the test's. */
final class FakeSettings implements KeptSettings {
  final Map<String, String> values = new HashMap<>();

  /** What was asked for, in order. */
  final List<String> calls = new ArrayList<>();

  List<String> masters = List.of();
  Runnable whenSet = () -> {};

  @Override
  public Optional<String> nodeValue(String key) {
    return Optional.ofNullable(values.get("node " + key));
  }

  @Override
  public Undo setNode(String key, String value) {
    return set("node " + key, value);
  }

  @Override
  public Undo setMaster(String link, String key, String value) {
    return set(link + " " + key, value);
  }

  @Override
  public List<String> masters() {
    return masters;
  }

  @Override
  public Optional<String> masterValue(String link, String key) {
    return Optional.ofNullable(values.get(link + " " + key));
  }

  @Override
  public String keptInNode() {
    return "/conf/node.cfg";
  }

  @Override
  public String keptIn(String link) {
    return "/conf/" + link + ".cfg";
  }

  private Undo set(String key, String value) {
    calls.add(key + "=" + value);
    String before = values.put(key, value);
    whenSet.run();
    return () -> {
      calls.add("undo " + key);
      values.compute(key, (_, _) -> before);
    };
  }
}
