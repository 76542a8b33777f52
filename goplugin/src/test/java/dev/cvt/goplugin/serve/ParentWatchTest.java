package dev.cvt.goplugin.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ParentWatchTest {

  private final AtomicReference<Optional<ProcessHandle>> parent =
      new AtomicReference<>(Optional.of(ProcessHandle.current()));
  private final AtomicInteger looks = new AtomicInteger();
  private final CountDownLatch gone = new CountDownLatch(1);

  private Optional<ProcessHandle> look() {
    looks.incrementAndGet();
    return parent.get();
  }

  private void awaitLooks(int count) {
    while (looks.get() < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void another_parent_is_noticed_and_told_once() throws Exception {
    try (ParentWatch watch = new ParentWatch(this::look)) {
      watch.start(gone::countDown);
      awaitLooks(2);
      assertThat(gone.getCount()).isEqualTo(1);
      parent.set(ProcessHandle.of(1));
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
      int afterwards = looks.get();
      watch.alarm();
      assertThat(looks).hasValue(afterwards);
    }
  }

  @Test
  void a_parent_outside_of_what_this_process_sees_is_a_parent_too() throws Exception {
    parent.set(Optional.empty());
    try (ParentWatch watch = new ParentWatch(this::look)) {
      watch.start(gone::countDown);
      awaitLooks(2);
      parent.set(ProcessHandle.of(1));
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void an_alarm_makes_it_look_at_once_and_often() {
    try (ParentWatch watch = new ParentWatch(this::look)) {
      watch.start(gone::countDown);
      awaitLooks(2);
      watch.alarm();
      awaitLooks(
          10); // calm, that would take eight seconds; the bound of this test tells them apart
      assertThat(gone.getCount()).isEqualTo(1);
    }
  }

  @Test
  void closed_it_looks_no_more_and_tells_nothing() {
    ParentWatch watch = new ParentWatch(this::look);
    watch.start(gone::countDown);
    awaitLooks(2);
    watch.close();
    parent.set(Optional.empty());
    assertThat(gone.getCount()).isEqualTo(1);
  }
}
