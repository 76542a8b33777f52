package dev.cvt.pluginmgr.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is there without any provider: sinks that keep and that drop, a backend of no series. */
class SinksInTheBoxTest {

  @Test
  void recording_keepsInOrder_andHandsOutCopies() {
    var sink = AuditSink.recording();
    var before = sink.records();
    sink.record(Recorded.RECORD);
    sink.event(Recorded.EVENT);

    assertThat(before).isEmpty();
    assertThat(sink.records()).containsExactly(Recorded.RECORD);
    assertThat(sink.events()).containsExactly(Recorded.EVENT);
    assertThatThrownBy(() -> sink.records().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void recording_losesNothingOfManyThreads() throws InterruptedException {
    int threads = 8;
    int each = 50;
    var sink = AuditSink.recording();
    var go = new CountDownLatch(1);
    List<Thread> running =
        IntStream.range(0, threads)
            .mapToObj(
                i ->
                    Thread.ofPlatform()
                        .name("recorder-" + i)
                        .start(
                            () -> {
                              try {
                                go.await();
                              } catch (InterruptedException e) {
                                return; // then too few records tell of it
                              }
                              for (int n = 0; n < each; n++) {
                                sink.record(Recorded.RECORD);
                              }
                            }))
            .toList();
    go.countDown();
    for (Thread thread : running) {
      thread.join();
    }

    assertThat(sink.records()).hasSize(threads * each);
  }

  @Test
  void none_takesWhateverComes() {
    var sink = AuditSink.none();
    sink.record(Recorded.RECORD);
    sink.event(Recorded.EVENT);
    sink.close();
    sink.record(Recorded.RECORD);
    assertThat(sink).isNotNull();
  }

  @Test
  void noMetrics_measuresAnything() {
    var instrument = new Instrument("x_total", "", "X.", List.of("a"));
    try (var backend = MetricsBackend.none()) {
      backend.counter(instrument).with("1").add(1);
      backend.gauge(instrument).with("1").set(-1);
      backend.histogram(instrument, List.of(.1, 1.0)).with("1").observe(3);
      backend.counter(instrument).remove("1");
      backend.counter(instrument).remove("never there");
    }
    assertThat(MetricsBackend.none()).isSameAs(MetricsBackend.none());
  }

  @Test
  void instrument_isNotChangedThroughTheListItWasMadeOf() {
    var labels = new ArrayList<>(List.of("plugin"));
    var instrument = new Instrument("x_total", "", "X.", labels);
    labels.add("code");

    assertThat(instrument.labels()).containsExactly("plugin");
    assertThatNullPointerException()
        .isThrownBy(() -> new Instrument("x", "", "X.", Collections.singletonList(null)));
  }
}
