package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One run of the benchmark, part after part. Once. */
final class BenchRun {
  private static final int MANY = 10_000_000;

  private final BenchTools tools;
  private final List<Row> rows = new ArrayList<>();

  BenchRun(BenchTools tools) {
    this.tools = tools;
  }

  /** Measures what was asked for; each number is a line of the result. */
  List<Row> run() throws IOException, InterruptedException {
    if (wants(Work.START)) {
      tools.say("Start");
      rows.addAll(new StartTime(tools).measure());
    }
    if (wants(Work.MEMORY) && tools.options().full()) {
      memory("memory-ipv6", tools.options().connections(), true);
      memory("memory-10m", MANY, false);
    }
    if (wants(Work.IDLE)) {
      try (IdleNode idle = IdleNode.start(tools)) {
        changes();
        idle.begin();
        table();
        rows.addAll(idle.measure());
      }
    } else {
      changes();
      table();
    }
    rows.sort((a, b) -> a.work().compareTo(b.work()));
    return rows;
  }

  private boolean wants(Work... works) {
    for (Work work : works) {
      if (tools.options().only().contains(work)) {
        return true;
      }
    }
    return false;
  }

  private void changes() throws IOException, InterruptedException {
    if (!wants(Work.DELAY, Work.CPU, Work.ALLOCATION)) {
      return;
    }
    tools.say("Two nodes, changes from one to the other");
    try (Relay relay = Relay.start(tools)) {
      relay.warmUp();
      if (wants(Work.DELAY)) {
        rows.addAll(new ChangeDelay(tools).measure(relay));
      }
      if (wants(Work.CPU)) {
        tools.say("CPU");
        rows.addAll(new ChangeCpu(tools).measure(relay));
      }
      if (wants(Work.ALLOCATION)) {
        tools.say("Allocation");
        rows.addAll(new LinkAllocation(tools).measure(relay));
      }
      relay.end();
    }
  }

  /** A node of its own: all that it does is to take connections. */
  private void memory(String name, int connections, boolean ipv6)
      throws IOException, InterruptedException {
    String what = ipv6 ? "IPv6" : "IPv4";
    tools.say("A node takes %,d connections of %s", connections, what);
    try (Holder holder = Holder.start(tools, name, connections, ipv6)) {
      ProcessMemory empty = ProcessMemory.of(holder.node().pid());
      holder.fill();
      ProcessMemory full = ProcessMemory.of(holder.node().pid());
      rows.add(TableMemory.row(what, connections, empty, full));
      holder.node().process().kill();
    }
  }

  private void table() throws IOException, InterruptedException {
    if (!wants(Work.WIRE_TABLE, Work.TABLE_WIRE, Work.RESYNC, Work.MEMORY)) {
      return;
    }
    int connections = tools.options().connections();
    tools.say("A node takes %,d connections", connections);
    try (Holder holder = Holder.start(tools, "holder", connections, false)) {
      ProcessMemory empty = ProcessMemory.of(holder.node().pid());
      holder.fill();
      if (wants(Work.MEMORY)) {
        ProcessMemory full = ProcessMemory.of(holder.node().pid());
        rows.add(TableMemory.row("IPv4", connections, empty, full));
      }
      if (wants(Work.WIRE_TABLE)) {
        tools.say("Wire to table");
        rows.add(new WireToTable(tools).measure(holder));
      }
      if (wants(Work.TABLE_WIRE)) {
        tools.say("Table to wire");
        rows.add(new TableToWire(tools).measure(holder, tools.nodes().conf("holder")));
      }
      if (wants(Work.RESYNC)) {
        tools.say("Full resync");
        rows.add(new FullResync(tools).measure(holder));
      }
      holder.node().process().kill();
    }
  }
}
