package org.ipvssync.resync.internal;

import java.util.List;
import java.util.stream.Collectors;
import org.ipvssync.api.node.TableResync.State;
import org.ipvssync.api.node.TableResync.Status;

/** One status for the resyncs of all groups. */
final class Statuses {
  /** What counts most, first. */
  private static final List<State> ORDER =
      List.of(State.RECEIVING, State.ASKING, State.FAILED, State.DONE, State.NOBODY, State.NONE);

  private Statuses() {}

  static Status together(long number, List<Status> of) {
    State state =
        of.stream()
            .map(Status::state)
            .min((a, b) -> Integer.compare(ORDER.indexOf(a), ORDER.indexOf(b)))
            .orElse(State.NONE);
    return new Status(
        number,
        state,
        joined(of.stream().map(Status::peer).toList(), ", "),
        of.stream().mapToLong(Status::total).sum(),
        of.stream().mapToLong(Status::received).sum(),
        joined(of.stream().map(Status::detail).toList(), "; "));
  }

  private static String joined(List<String> texts, String separator) {
    return texts.stream()
        .filter(text -> !text.isEmpty())
        .distinct()
        .collect(Collectors.joining(separator));
  }
}
