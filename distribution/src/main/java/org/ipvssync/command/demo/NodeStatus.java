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
 */
record NodeStatus(List<Link> links, long connections) {

  /**
   * One link.
   *
   * @param name its name
   * @param role master or backup
   * @param state such as up
   * @param detail why it is not up
   * @param records sent or received
   * @param drops dropped things by reason
   */
  record Link(
      String name,
      String role,
      String state,
      String detail,
      long records,
      Map<String, Object> drops) {
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
    return new NodeStatus(links, Json.number(Json.object(status.get("table")), "connections"));
  }

  private static Link link(Map<String, Object> link) {
    return new Link(
        Json.text(link, "name"),
        Json.text(link, "role"),
        Json.text(link, "state"),
        Json.text(link, "detail"),
        Json.number(link, "records"),
        Json.object(link.get("drops")));
  }

  /** The link of that role, of which the demonstration has one at most. */
  Optional<Link> link(String role) {
    return links.stream().filter(l -> l.role().equals(role)).findFirst();
  }
}
