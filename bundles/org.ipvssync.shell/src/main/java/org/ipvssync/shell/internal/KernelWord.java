package org.ipvssync.shell.internal;

import java.util.Optional;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.OwnKernel.State;

/** What whoever starts a link wants to hear of the own kernel: nothing, when it is used. */
final class KernelWord {
  /** The first look at the kernel comes with the first link; that takes no longer. */
  private static final long FIRST_LOOK_MS = 500;

  private final NodeView view;
  private final Patience patience;

  KernelWord(NodeView view, Patience patience) {
    this.view = view;
    this.patience = patience;
  }

  /** One line when the own kernel was to be used and cannot be. */
  Optional<String> afterStart() throws InterruptedException {
    if (view.kernel().isEmpty()) {
      return Optional.empty();
    }
    patience.await(FIRST_LOOK_MS, () -> !has(State.OFF));
    return view.kernel()
        .filter(kernel -> kernel.state() == State.REFUSED || kernel.state() == State.LEFT)
        .map(OwnKernel.Status::detail)
        .map(detail -> "without the own kernel: " + detail);
  }

  private boolean has(State state) {
    return view.kernel().map(kernel -> kernel.state() == state).orElse(false);
  }
}
