package org.ipvssync.command.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ipvs:status --json} says of a node, as far as the demonstration looks.
 *
 * @param links its links
 * @param connections entries in its table
 * @param tableSwaps exchanges of its table
 */
record NodeStatus(List<Link> links, long connections, Swaps tableSwaps) {

  /**
   * Exchanges of parts.
   *
   * @param count how many
   * @param lastMicros how long all stood still in the latest
   * @param lastWaited updates that waited in the latest
   */
  record Swaps(long count, long lastMicros, long lastWaited) {
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
   */
  record Link(
      String name,
      String role,
      String state,
      String detail,
      long records,
      Map<String, Object> drops,
      Swaps swaps) {
    boolean isUp() {
      return state.equals("up");
    }
  }

  /** Reads the object. */
  static NodeStatus parse(String json) throws IOException {
    Map<String, Object> status = JSON.std.mapFrom(json);
    List<Link> links = new ArrayList<>();
    if (status.get("links") instanceof List<?> list) {
      for (Object each : list) {
        links.add(link(Json.object(each)));
      }
    }
    Map<String, Object> table = Json.object(status.get("table"));
    return new NodeStatus(links, Json.number(table, "connections"), Swaps.of(table.get("swaps")));
  }

  private static Link link(Map<String, Object> link) {
    return new Link(
        Json.text(link, "name"),
        Json.text(link, "role"),
        Json.text(link, "state"),
        Json.text(link, "detail"),
        Json.number(link, "records"),
        Json.object(link.get("drops")),
        Swaps.of(link.get("swaps")));
  }

  /** Exchanges of all its parts. */
  long swapsCounted() {
    return tableSwaps.count() + links.stream().mapToLong(l -> l.swaps().count()).sum();
  }

  /** The link of that role, of which the demonstration has one at most. */
  Optional<Link> link(String role) {
    return links.stream().filter(l -> l.role().equals(role)).findFirst();
  }
}
