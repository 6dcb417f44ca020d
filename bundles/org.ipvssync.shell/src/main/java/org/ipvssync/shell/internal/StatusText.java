package org.ipvssync.shell.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.SyncRole;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.wire.LinkAddress;

/** The node's status for people; programs read {@link StatusJson}. */
final class StatusText {
  private StatusText() {}

  /** Prints the node, its table, its links, and what they dropped with what each drop means. */
  static void print(StatusReport report, PrintWriter out) {
    NodeView.NodeFacts facts = report.facts();
    out.println(
        "node   "
            + facts.instance()
            + ", version "
            + facts.version()
            + ", pid "
            + facts.pid()
            + ", up "
            + duration(report.uptimeS())
            + (report.ready() ? ", ready" : ", not ready"));
    report.missing().forEach(reason -> out.println("       " + reason));
    report.resync().ifPresent(resync -> out.println("resync " + ResyncText.line(resync)));
    report.kernel().ifPresent(kernel -> out.println("kernel " + kernel(kernel)));
    report.track().ifPresent(track -> out.println("track  " + track(track)));
    out.println("table  " + table(report.table()));
    if (!report.table().detail().isEmpty()) {
      out.println("       " + report.table().detail());
    }
    if (report.links().isEmpty()) {
      out.println("links  none; start one with --start-daemon=master or --start-daemon=backup");
    } else {
      out.println();
      links(report.links(), out);
      details(report, out);
    }
    for (ParkedWay way : report.parked()) {
      out.println(
          way.name()
              + " (master): is not running, "
              + number((long) way.waiting() + way.held())
              + " changes wait for it; start org.ipvssync.role.master");
    }
    swaps(report, out);
    drops(report.links(), out);
  }

  private static String kernel(OwnKernel.Status kernel) {
    String line =
        switch (kernel.state()) {
          case OFF -> "left alone: no link asks for it";
          case REFUSED -> "cannot be used, is tried again";
          case LEFT -> "left to others";
          case STARTING, UP ->
              kernel.state().label()
                  + ", "
                  + number(kernel.connections())
                  + " connections at the latest reading, "
                  + number(kernel.sentAgain())
                  + " sent again, "
                  + number(kernel.drops())
                  + " datagrams dropped";
        };
    return kernel.detail().isEmpty() ? line : line + ": " + kernel.detail();
  }

  private static String track(TrackFile track) {
    try {
      OptionalInt value = track.value();
      return track.path()
          + (value.isEmpty()
              ? " says nothing"
              : ": "
                  + value.getAsInt()
                  + (value.getAsInt() == TrackFile.READY
                      ? ", has been ready since boot"
                      : ", has not been ready since boot"));
    } catch (IOException e) {
      return track.path() + " cannot be read (" + e + ")";
    }
  }

  private static String table(TableStatus table) {
    if (table.provider().isEmpty()) {
      return "none; start a provider such as org.ipvssync.table.memory";
    }
    return table.provider()
        + ", "
        + number(table.connections())
        + " of "
        + number(table.capacity())
        + " entries, "
        + number(table.templates())
        + " of them templates, "
        + number(table.refused())
        + " refused";
  }

  private static void links(List<LinkStatus> links, PrintWriter out) {
    TextTable table =
        new TextTable(
            "LINK",
            "ROLE",
            "STATE",
            "INTERFACE",
            "GROUP",
            "PORT",
            ">SYNCID",
            ">MAXLEN",
            "CODEC",
            ">PENDING",
            ">DATAGRAMS",
            ">RECORDS",
            ">BYTES",
            ">DROPS",
            "DELAY p50/p99/max");
    for (LinkStatus link : links) {
      LinkAddress address = link.address();
      table.row(
          link.name(),
          link.role().label(),
          link.state().label(),
          address.mcastInterface(),
          ConnText.address(address.group()),
          ports(address),
          Integer.toString(link.syncId()),
          link.syncMaxLen() == 0 ? "-" : Integer.toString(link.syncMaxLen()),
          link.codec().isEmpty() ? "-" : link.codec(),
          number(link.pending()),
          number(count(link, LinkCounter.DATAGRAMS)),
          number(count(link, LinkCounter.RECORDS)),
          number(count(link, LinkCounter.BYTES)),
          number(link.drops()),
          delay(link.delay()));
    }
    table.print(out);
  }

  private static void details(StatusReport report, PrintWriter out) {
    List<String> lines = new ArrayList<>();
    for (LinkStatus link : report.links()) {
      String title = link.name() + " (" + link.role().label() + "): ";
      if (report.isAutomatic(link)) {
        lines.add(title + automatic(link));
      }
      if (!link.detail().isEmpty()) {
        lines.add(title + link.detail());
      }
      if (count(link, LinkCounter.GAPS) > 0) {
        lines.add(title + gaps(link));
      }
    }
    if (!lines.isEmpty()) {
      out.println();
      lines.forEach(out::println);
    }
  }

  /** What a bundle made the link for; it comes and goes by itself. */
  private static String automatic(LinkStatus link) {
    return link.role() == SyncRole.MASTER
        ? "into this machine's own kernel; comes and goes by itself"
        : "from this machine's own kernel; comes and goes by itself";
  }

  private static String gaps(LinkStatus link) {
    long gaps = count(link, LinkCounter.GAPS);
    return "no socket was joined "
        + (gaps == 1 ? "once" : number(gaps) + " times")
        + ", for "
        + number(count(link, LinkCounter.UNJOINED_MS))
        + " ms: what was sent then came with a later refresh, or is missing";
  }

  private static void swaps(StatusReport report, PrintWriter out) {
    TextTable table =
        new TextTable("LINK", "ROLE", ">SWAPS", ">LONGEST", "LAST", ">STOOD STILL", ">WAITED");
    for (LinkStatus link : report.links()) {
      swaps(link.name(), link.role().label(), link.swaps(), table);
    }
    swaps("-", "table", report.table().swaps(), table);
    if (table.rows() > 0) {
      out.println();
      table.print(out);
    }
  }

  private static void swaps(String name, String role, SwapStats swaps, TextTable table) {
    if (swaps.count() > 0) {
      Swap last = swaps.last();
      table.row(
          name,
          role,
          number(swaps.count()),
          time(swaps.longestMicros()),
          last.part() + " " + orNone(last.from()) + " -> " + orNone(last.to()),
          time(last.pauseMicros()),
          number(last.waited()));
    }
  }

  private static String orNone(String part) {
    return part.isEmpty() ? "none" : part;
  }

  private static void drops(List<LinkStatus> links, PrintWriter out) {
    if (links.stream().noneMatch(link -> link.drops() > 0)) {
      return;
    }
    TextTable table = new TextTable("LINK", "ROLE", "DROPPED", ">COUNT", "MEANING");
    for (LinkStatus link : links) {
      for (LinkCounter counter : LinkCounter.values()) {
        if (counter.isDrop() && count(link, counter) > 0) {
          table.row(
              link.name(),
              link.role().label(),
              counter.label(),
              number(count(link, counter)),
              counter.meaning());
        }
      }
    }
    out.println();
    table.print(out);
  }

  private static long count(LinkStatus link, LinkCounter counter) {
    return link.counters().getOrDefault(counter, 0L);
  }

  private static String ports(LinkAddress address) {
    return address.syncPorts() == 1
        ? Integer.toString(address.port())
        : address.port() + "-" + (address.port() + address.syncPorts() - 1);
  }

  private static String delay(DelayStats delay) {
    return delay.count() == 0
        ? "-"
        : time(delay.p50()) + "/" + time(delay.p99()) + "/" + time(delay.max());
  }

  private static String time(long micros) {
    if (micros < 1_000) {
      return micros + "us";
    }
    return String.format(Locale.ROOT, "%.1fms", micros / 1000.0);
  }

  private static String duration(long seconds) {
    long days = seconds / 86_400;
    String clock =
        String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return days == 0 ? clock : days + " d " + clock;
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
