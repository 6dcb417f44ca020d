package org.ipvssync.shell.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.ipvssync.api.conn.ConnText;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.api.node.DelayStats;
import org.ipvssync.api.node.LinkStatus;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.ParkedWay;
import org.ipvssync.api.node.Swap;
import org.ipvssync.api.node.SwapStats;
import org.ipvssync.api.node.TableResync;
import org.ipvssync.api.node.TableStatus;
import org.ipvssync.api.wire.LinkAddress;

/** The node's status as one JSON object on one line; its field names are a promise to programs. */
final class StatusJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private StatusJson() {}

  /** Prints the object and a line end. */
  static void print(StatusReport report, PrintWriter out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("instance", report.facts().instance());
      json.writeStringField("version", report.facts().version());
      json.writeNumberField("pid", report.facts().pid());
      json.writeNumberField("uptimeSeconds", report.uptimeS());
      json.writeBooleanField("ready", report.ready());
      json.writeArrayFieldStart("missing");
      for (String reason : report.missing()) {
        json.writeString(reason);
      }
      json.writeEndArray();
      if (report.track().isPresent()) {
        track(json, report.track().get());
      }
      if (report.resync().isPresent()) {
        resync(json, report.resync().get(), report.resyncCounters());
      }
      if (report.kernel().isPresent()) {
        kernel(json, report.kernel().get());
      }
      json.writeArrayFieldStart("links");
      for (LinkStatus link : report.links()) {
        link(json, link, report.isAutomatic(link));
      }
      json.writeEndArray();
      json.writeArrayFieldStart("parked");
      for (ParkedWay way : report.parked()) {
        json.writeStartObject();
        json.writeStringField("name", way.name());
        json.writeNumberField("waiting", way.waiting());
        json.writeNumberField("held", way.held());
        json.writeEndObject();
      }
      json.writeEndArray();
      table(json, report.table());
      json.writeEndObject();
    }
    out.println();
  }

  private static void track(JsonGenerator json, TrackFile track) throws IOException {
    json.writeObjectFieldStart("track");
    json.writeStringField("file", track.path().toString());
    OptionalInt value = track.value();
    if (value.isPresent()) {
      json.writeNumberField("value", value.getAsInt());
    }
    json.writeEndObject();
  }

  private static void resync(
      JsonGenerator json, TableResync.Status resync, Map<String, Long> counters)
      throws IOException {
    json.writeObjectFieldStart("resync");
    json.writeNumberField("number", resync.number());
    json.writeStringField("state", resync.state().name().toLowerCase(Locale.ROOT));
    json.writeStringField("peer", resync.peer());
    json.writeNumberField("total", resync.total());
    json.writeNumberField("received", resync.received());
    json.writeStringField("detail", resync.detail());
    json.writeObjectFieldStart("counters");
    for (Map.Entry<String, Long> counter : counters.entrySet()) {
      json.writeNumberField(counter.getKey(), counter.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void kernel(JsonGenerator json, OwnKernel.Status kernel) throws IOException {
    json.writeObjectFieldStart("kernel");
    json.writeStringField("state", kernel.state().label());
    json.writeStringField("detail", kernel.detail());
    json.writeNumberField("readings", kernel.readings());
    json.writeNumberField("connections", kernel.connections());
    json.writeNumberField("badLines", kernel.badLines());
    json.writeNumberField("sentAgain", kernel.sentAgain());
    json.writeNumberField("drops", kernel.drops());
    json.writeEndObject();
  }

  private static void link(JsonGenerator json, LinkStatus link, boolean automatic)
      throws IOException {
    LinkAddress address = link.address();
    json.writeStartObject();
    json.writeStringField("name", link.name());
    json.writeStringField("role", link.role().label());
    json.writeStringField("interface", address.mcastInterface());
    json.writeStringField("group", ConnText.address(address.group()));
    json.writeNumberField("port", address.port());
    json.writeNumberField("syncPorts", address.syncPorts());
    json.writeNumberField("ttl", address.ttl());
    json.writeStringField("transport", link.transport());
    json.writeStringField("horizon", link.horizon());
    json.writeBooleanField("automatic", automatic);
    json.writeNumberField("syncId", link.syncId());
    json.writeNumberField("syncMaxLen", link.syncMaxLen());
    json.writeStringField("codec", link.codec());
    json.writeStringField("state", link.state().label());
    json.writeStringField("detail", link.detail());
    json.writeNumberField("pending", link.pending());
    counters(json, link);
    swaps(json, link.swaps());
    delay(json, link.delay());
    json.writeEndObject();
  }

  private static void counters(JsonGenerator json, LinkStatus link) throws IOException {
    for (LinkCounter counter : LinkCounter.values()) {
      if (!counter.isDrop()) {
        json.writeNumberField(counter.label(), link.counters().getOrDefault(counter, 0L));
      }
    }
    json.writeObjectFieldStart("drops");
    for (LinkCounter counter : LinkCounter.values()) {
      long count = link.counters().getOrDefault(counter, 0L);
      if (counter.isDrop() && count != 0) {
        json.writeNumberField(counter.label(), count);
      }
    }
    json.writeEndObject();
  }

  private static void swaps(JsonGenerator json, SwapStats swaps) throws IOException {
    json.writeObjectFieldStart("swaps");
    json.writeNumberField("count", swaps.count());
    json.writeNumberField("longestMicros", swaps.longestMicros());
    Swap last = swaps.last();
    if (last != null) {
      json.writeObjectFieldStart("last");
      json.writeStringField("part", last.part());
      json.writeStringField("from", last.from());
      json.writeStringField("to", last.to());
      json.writeNumberField("pauseMicros", last.pauseMicros());
      json.writeNumberField("waited", last.waited());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void delay(JsonGenerator json, DelayStats delay) throws IOException {
    json.writeObjectFieldStart("delayMicros");
    json.writeNumberField("count", delay.count());
    json.writeNumberField("p50", delay.p50());
    json.writeNumberField("p99", delay.p99());
    json.writeNumberField("max", delay.max());
    json.writeEndObject();
  }

  private static void table(JsonGenerator json, TableStatus table) throws IOException {
    json.writeObjectFieldStart("table");
    json.writeStringField("provider", table.provider());
    json.writeNumberField("connections", table.connections());
    json.writeNumberField("templates", table.templates());
    json.writeNumberField("capacity", table.capacity());
    json.writeNumberField("refused", table.refused());
    json.writeStringField("detail", table.detail());
    swaps(json, table.swaps());
    json.writeEndObject();
  }
}
