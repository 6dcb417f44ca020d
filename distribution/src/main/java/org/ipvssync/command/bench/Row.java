package org.ipvssync.command.bench;

import java.util.Map;

/**
 * A line of the result.
 *
 * @param work which part it belongs to
 * @param what was measured, for people
 * @param unit of {@code node} and {@code floor}
 * @param node what the node did
 * @param floor what a bare socket loop did in the same run; NaN when there is no such thing
 * @param uncounted what was lost and stands in no counter; must be 0
 * @param note the rest that people should know
 * @param details all numbers, for programs
 */
record Row(
    Work work,
    String what,
    String unit,
    double node,
    double floor,
    long uncounted,
    String note,
    Map<String, Object> details) {

  /** The node's number by the floor's; NaN when there is none. */
  double ratio() {
    return floor == 0 ? Double.NaN : node / floor;
  }
}
