package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Sneaky;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class AnnouncerTest {
  private static LifecycleEvent event(String detail) {
    return new LifecycleEvent(LifecycleEvent.Type.READY, "test", 1, detail, Instant.now());
  }

  static List<Throwable> thrown() {
    return List.of(
        new AssertionError("as in somebody's test"), new IOException("as in somebody's Kotlin"));
  }

  @Test
  void close_waitsUntilAllIsToldInOrder() {
    var sink = AuditSink.recording();
    var announcer = new Announcer(sink, List.of());
    IntStream.range(0, 100).forEach(i -> announcer.announce(event("event " + i)));
    announcer.close();

    assertThat(sink.events())
        .extracting(LifecycleEvent::detail)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "event " + i).toList());
  }

  @ParameterizedTest
  @MethodSource("thrown")
  void listenerThatThrowsAnything_isToldTheNext(Throwable thrown) {
    var told = new CopyOnWriteArrayList<String>();
    var sink = AuditSink.recording();
    var announcer =
        new Announcer(
            sink,
            List.of(
                event -> {
                  told.add(event.detail());
                  throw Sneaky.<RuntimeException>thrown(thrown);
                }));
    announcer.announce(event("first"));
    announcer.announce(event("second"));
    announcer.close();

    assertThat(told).containsExactly("first", "second");
    assertThat(sink.events()).hasSize(2);
  }

  @Test
  void listenerThatIsStuck_isInterruptedAndHoldsNobodyUp() {
    var interrupted = new CompletableFuture<LifecycleEvent>();
    var announcer =
        new Announcer(
            AuditSink.none(),
            List.of(
                event -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.complete(event);
                  }
                }),
            Duration.ofMillis(20));
    var first = event("first");
    announcer.announce(first);
    announcer.announce(event("second"));
    announcer.close();

    assertThat(interrupted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(first);
  }
}
