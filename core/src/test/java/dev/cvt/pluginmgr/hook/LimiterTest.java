package dev.cvt.pluginmgr.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.hook.Limiter.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LimiterTest {
  private static final long LONG = Duration.ofSeconds(20).toNanos();

  private final BlockingQueue<Integer> waiting = new LinkedBlockingQueue<>();

  private Limiter limiter(int concurrent, int queued) {
    return new Limiter(new Config.Limits(concurrent, queued), waiting::add);
  }

  @Test
  void turns_upToTheLimit_areGivenAtOnce() throws InterruptedException {
    var limiter = limiter(2, 0);

    assertThat(limiter.enter(0)).isEqualTo(Turn.MINE);
    assertThat(limiter.enter(0)).isEqualTo(Turn.MINE);
    assertThat(limiter.enter(LONG)).isEqualTo(Turn.QUEUE_FULL);
  }

  @Test
  void turn_givenBack_isGivenAgain() throws InterruptedException {
    var limiter = limiter(1, 0);
    limiter.enter(0);
    limiter.leave();

    assertThat(limiter.enter(0)).isEqualTo(Turn.MINE);
  }

  @Test
  void wait_overTheDeadline_isTooLate() throws InterruptedException {
    var limiter = limiter(1, 1);
    limiter.enter(0);

    assertThat(limiter.enter(Duration.ofMillis(5).toNanos())).isEqualTo(Turn.TOO_LATE);
    assertThat(waiting).containsExactly(1, 0);
  }

  @Test
  void queue_isServedInOrderAndTurnsOthersAway() throws Exception {
    var limiter = limiter(1, 3);
    limiter.enter(0);
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  if (limiter.enter(LONG) == Turn.MINE) {
                    served.add(number);
                    limiter.leave();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
      assertThat(waiting.take()).isEqualTo(i + 1);
      // It has its place; it must also stand in the line before the next comes.
      Thread latest = threads.getLast();
      while (latest.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }

    assertThat(limiter.enter(LONG)).isEqualTo(Turn.QUEUE_FULL);
    limiter.leave();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(served).containsExactly(0, 1, 2);
  }
}
