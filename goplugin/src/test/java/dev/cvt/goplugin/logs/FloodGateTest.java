package dev.cvt.goplugin.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.logs.FloodGate.Dropped;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FloodGateTest {
  private long nanos;
  private final FloodGate gate = new FloodGate(() -> nanos);

  private int admitted(int lines, int length) {
    int admitted = 0;
    for (int i = 0; i < lines; i++) {
      admitted += gate.admit(length) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void burst_isTakenWhole() {
    assertThat(admitted(FloodGate.BURST_LINES, 100)).isEqualTo(FloodGate.BURST_LINES);
    assertThat(gate.takeDropped()).isEqualTo(new Dropped(0, 0));
  }

  @Test
  void flood_isDroppedAndCounted() {
    assertThat(admitted(FloodGate.BURST_LINES + 500, 100)).isEqualTo(FloodGate.BURST_LINES);
    assertThat(gate.takeDropped()).isEqualTo(new Dropped(500, 50_000));
    assertThat(gate.takeDropped().any()).isFalse();
  }

  @Test
  void flood_ofLongLines_isMeasuredInBytes() {
    assertThat(admitted(100, 1 << 20)).isEqualTo(16);
  }

  @Test
  void rate_comesBackWithTime() {
    admitted(FloodGate.BURST_LINES, 1);
    nanos += TimeUnit.MILLISECONDS.toNanos(100);
    assertThat(admitted(FloodGate.BURST_LINES, 1)).isEqualTo(100);
    nanos += TimeUnit.HOURS.toNanos(1);
    assertThat(admitted(2 * FloodGate.BURST_LINES, 1)).isEqualTo(FloodGate.BURST_LINES);
  }
}
