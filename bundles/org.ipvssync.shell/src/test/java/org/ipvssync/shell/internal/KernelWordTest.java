package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.ipvssync.api.node.OwnKernel;
import org.ipvssync.api.node.OwnKernel.State;
import org.junit.jupiter.api.Test;

class KernelWordTest {
  private final FakeView view = new FakeView();
  private final TestTime time = new TestTime();
  private final KernelWord word = new KernelWord(view, time.patience());

  @Test
  void shouldSayWhyTheOwnKernelIsNotUsed() throws InterruptedException {
    is(State.OFF, "");
    time.in(200, () -> is(State.REFUSED, "not root: run as root"));
    assertEquals(Optional.of("without the own kernel: not root: run as root"), word.afterStart());
  }

  @Test
  void shouldSayNothingWhenItIs() throws InterruptedException {
    is(State.STARTING, "");
    assertEquals(Optional.empty(), word.afterStart());
  }

  @Test
  void shouldNotWaitForWhatNobodyLooksAfter() throws InterruptedException {
    time.interrupting = true;
    assertEquals(Optional.empty(), word.afterStart());
  }

  @Test
  void shouldNotWaitLongForAKernelThatIsSwitchedOff() throws InterruptedException {
    is(State.OFF, "");
    assertEquals(Optional.empty(), word.afterStart());
    assertEquals(1_500, time.nowMs());
  }

  private void is(State state, String detail) {
    view.kernel = new OwnKernel.Status(state, detail, 0, 0, 0, 0, 0);
  }
}
