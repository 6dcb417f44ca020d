package org.ipvssync.command.child;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ipvs:status --json} says of a node, as far as these commands look.
 *
 * @param links its links
 * @param connections entries in its table
 * @param tableSwaps exchanges of its table
 * @param all everything that it says, as it came
 */
public record NodeStatus(
    List<Link> links, long connections, Swaps tableSwaps, Map<String, Object> all) {

  /**
   * Exchanges of parts.
   *
   * @param count how many
   * @param lastMicros how long all stood still in the latest
   * @param lastWaited updates that waited in the latest
   */
  public record Swaps(long count, long lastMicros, long lastWaited) {
    private static Swaps of(Object json) {
      Map<String, Object> swaps = Json.object(json);
      Map<String, Object> last = Json.object(swaps.get("last"));
      return new Swaps(
          Json.number(swaps, "count"),
          Json.number(last, "pauseMicros"),
          Json.number(last, "waited"));
    }
  }

  /**
   * One link.
   *
   * @param name its name
   * @param role master or backup
   * @param state such as up
   * @param detail why it is not up
   * @param records sent or received
   * @param drops dropped things by reason
   * @param swaps exchanges of its codec and its transport
   * @param all everything that it says, as it came
   */
  public record Link(
      String name,
      String role,
      String state,
      String detail,
      long records,
      Map<String, Object> drops,
      Swaps swaps,
      Map<String, Object> all) {
    /** True when it works. */
    public boolean isUp() {
      return state.equals("up");
    }

    /** A counter, or another number of its own; 0 when there is none of that name. */
    public long number(String field) {
      return Json.number(all, field);
    }

    /** What it dropped for that reason. */
    public long dropped(String reason) {
      return Json.number(drops, reason);
    }

    /** How long it takes for a change or a record: since it came until it was sent or applied. */
    public Delays delays() {
      Map<String, Object> delay = Json.object(all.get("delayMicros"));
      return new Delays(
          Json.number(delay, "count"),
          Json.number(delay, "p50"),
          Json.number(delay, "p99"),
          Json.number(delay, "max"));
    }
  }

  /** Reads the object. */
  public static NodeStatus parse(String json) throws IOException {
    Map<String, Object> status = JSON.std.mapFrom(json);
    List<Link> links = new ArrayList<>();
    if (status.get("links") instanceof List<?> list) {
      for (Object each : list) {
        links.add(link(Json.object(each)));
      }
    }
    Map<String, Object> table = Json.object(status.get("table"));
    return new NodeStatus(
        links, Json.number(table, "connections"), Swaps.of(table.get("swaps")), status);
  }

  private static Link link(Map<String, Object> link) {
    return new Link(
        Json.text(link, "name"),
        Json.text(link, "role"),
        Json.text(link, "state"),
        Json.text(link, "detail"),
        Json.number(link, "records"),
        Json.object(link.get("drops")),
        Swaps.of(link.get("swaps")),
        link);
  }

  /** Exchanges of all its parts. */
  public long swapsCounted() {
    return tableSwaps.count() + links.stream().mapToLong(l -> l.swaps().count()).sum();
  }

  /** The link of that role, of which there is one at most here. */
  public Optional<Link> link(String role) {
    return links.stream().filter(l -> l.role().equals(role)).findFirst();
  }
}
