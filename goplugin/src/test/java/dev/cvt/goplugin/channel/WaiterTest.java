package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a thread waits for its answer, whatever befalls it on the way there. */
@Timeout(60)
class WaiterTest {

  /** Where the answer comes while the thread sleeps at a lock, which uses up the waking up. */
  private abstract static class Answered implements Waiter.Turn {
    private boolean answered;

    final void answer() {
      answered = true;
      LockSupport.unpark(Thread.currentThread());
      LockSupport.park(this);
    }

    @Override
    public boolean settle() {
      return answered;
    }

    @Override
    public boolean read(long nanos) {
      return false;
    }

    @Override
    public boolean isTold(long due) {
      return true;
    }
  }

  private static void assertGoesOn(Thread.Builder threads, Waiter.Turn turn) throws Exception {
    var thread =
        threads.start(
            () -> {
              var waiter = new Waiter();
              waiter.on(turn);
              waiter.await(Asking.LONG.toNanos());
            });
    try {
      assertThat(thread.join(Asking.LONG.dividedBy(4))).isTrue();
    } finally {
      LockSupport.unpark(thread);
    }
  }

  @Test
  void answer_thatComesWhileTheTimerIsAskedFor_isNotMissed() throws Exception {
    assertGoesOn(
        Thread.ofVirtual(),
        new Answered() {
          @Override
          public boolean isTold(long due) {
            answer();
            return true;
          }
        });
  }

  @Test
  void answer_thatComesWhileAnotherReads_isNotMissed() throws Exception {
    assertGoesOn(
        Thread.ofPlatform().daemon(),
        new Answered() {
          @Override
          public boolean read(long nanos) {
            answer();
            return false;
          }
        });
  }
}
