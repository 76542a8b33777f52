package dev.cvt.goplugin.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
  private final AtomicInteger told = new AtomicInteger();
  private volatile Thread looking = Thread.currentThread();

  private void tell() {
    told.incrementAndGet();
    gone.countDown();
  }

  private Optional<ProcessHandle> look() {
    Optional<ProcessHandle> now = parent.get();
    looking = Thread.currentThread();
    looks.incrementAndGet();
    return now;
  }

  private void awaitLooks(int count) {
    while (looks.get() < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void another_parent_is_noticed_and_told_once() throws Exception {
    try (ParentWatch watch = new ParentWatch(this::look)) {
      watch.start(this::tell);
      awaitLooks(2);
      parent.set(ProcessHandle.of(1));
      gone.await();
      watch.alarm();
      looking.join();
      assertThat(told).hasValue(1);
    }
  }

  @Test
  void a_parent_outside_of_what_this_process_sees_is_a_parent_too() throws Exception {
    parent.set(Optional.empty());
    try (ParentWatch watch = new ParentWatch(this::look)) {
      watch.start(this::tell);
      awaitLooks(2);
      parent.set(ProcessHandle.of(1));
      gone.await();
    }
  }

  @Test
  void an_alarm_makes_it_look_at_once_and_often() {
    try (ParentWatch watch = new ParentWatch(this::look)) {
      watch.start(this::tell);
      awaitLooks(2);
      watch.alarm();
      awaitLooks(
          10); // calm, that would take eight seconds; the bound of this test tells them apart
      assertThat(told).hasValue(0);
    }
  }

  @Test
  void closed_it_looks_no_more_and_tells_nothing() throws Exception {
    ParentWatch watch = new ParentWatch(this::look);
    watch.start(this::tell);
    awaitLooks(2);
    watch.close();
    parent.set(Optional.empty());
    looking.join();
    assertThat(told).hasValue(0);
  }
}
