package org.ipvssync.command.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One run of the benchmark, part after part. Once. */
final class BenchRun {
  private final BenchTools tools;
  private final List<Row> rows = new ArrayList<>();

  BenchRun(BenchTools tools) {
    this.tools = tools;
  }

  /** Measures what was asked for; each number is a line of the result. */
  List<Row> run() throws IOException, InterruptedException {
    if (wants(Work.DELAY)) {
      changes();
    }
    if (wants(Work.WIRE_TABLE, Work.TABLE_WIRE)) {
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
    tools.say("Two nodes, changes from one to the other");
    try (Relay relay = Relay.start(tools)) {
      rows.addAll(new ChangeDelay(tools).measure(relay));
      relay.master().process().end();
      relay.backup().process().end();
    }
  }

  private void table() throws IOException, InterruptedException {
    tools.say("A node takes %,d connections", tools.options().connections());
    try (Holder holder = Holder.start(tools, "holder")) {
      holder.fill();
      if (wants(Work.WIRE_TABLE)) {
        tools.say("Wire to table");
        rows.add(new WireToTable(tools).measure(holder));
      }
      if (wants(Work.TABLE_WIRE)) {
        tools.say("Table to wire");
        rows.add(new TableToWire(tools).measure(holder, tools.nodes().conf("holder")));
      }
    }
  }
}
