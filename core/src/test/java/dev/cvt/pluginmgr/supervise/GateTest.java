package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {
  private static final long LONG = Duration.ofSeconds(10).toNanos();

  @Test
  void open_lets_in() {
    var gate = new Gate();

    assertThat(gate.enter()).isTrue();
    assertThat(gate.enter()).isTrue();
  }

  @Test
  void shut_withNobodyInside_isEmptyAtOnceAndLetsNobodyIn() throws InterruptedException {
    var gate = new Gate();
    gate.shut();

    assertThat(gate.awaitEmpty(0)).isTrue();
    assertThat(gate.enter()).isFalse();
  }

  @Test
  void shut_withSomebodyInside_isEmptyOnceHeHasLeft() throws InterruptedException {
    var gate = new Gate();
    gate.enter();
    gate.shut();
    gate.shut();

    assertThat(gate.enter()).isFalse();
    assertThat(gate.awaitEmpty(0)).isFalse();
    gate.leave();
    assertThat(gate.awaitEmpty(0)).isTrue();
  }

  @Test
  void shutUnderLoad_isEmptyOnlyWhenNobodyIsInside() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      var gate = new Gate();
      var inside = new AtomicInteger();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          threads.execute(
              () -> {
                while (gate.enter()) {
                  inside.incrementAndGet();
                  Thread.onSpinWait();
                  inside.decrementAndGet();
                  gate.leave();
                }
              });
        }
        gate.shut();
        assertThat(gate.awaitEmpty(LONG)).isTrue();
        assertThat(inside).hasValue(0);
      }
    }
  }
}
