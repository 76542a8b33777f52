package dev.cvt.pluginmgr.sinks.zapjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 30, threadMode = SEPARATE_THREAD) // a writer that sleeps on cannot be interrupted
class GroupCommitTest {

  /** Holds each write until it is let go, and remembers what it was given. */
  private static final class Gate implements Target {
    final Semaphore let = new Semaphore(0);
    final CountDownLatch entered = new CountDownLatch(1);
    final List<String> writes = new CopyOnWriteArrayList<>();
    volatile @Nullable Throwable failure;
    volatile boolean closed;

    @Override
    public void write(byte[] bytes, int length) throws IOException {
      entered.countDown();
      let.acquireUninterruptibly();
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
      writes.add(new String(bytes, 0, length, UTF_8));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void aLoneWriter_hasItsLineWrittenBeforeItGoesOn() {
    var gate = new Gate();
    gate.let.release(10);
    var out = new GroupCommit(gate);

    append(out, "one\n");
    assertThat(gate.writes).containsExactly("one\n");
    append(out, "two\n");
    assertThat(gate.writes).containsExactly("one\n", "two\n");
  }

  @Test
  void aFailedWrite_failsEachWriterWhoseLineItHeld_andTheNextIsTriedAnew() throws Exception {
    var gate = new Gate();
    gate.failure = new IOException("no space left");
    gate.let.release(2);
    var out = new GroupCommit(gate);

    assertThatThrownBy(() -> tryToAppend(out, "lost\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
    gate.failure = null;
    append(out, "kept\n");

    assertThat(gate.writes).containsExactly("kept\n");
  }

  @Test
  void aWriteThatBreaksDown_failsItsWriterToo() {
    var gate = new Gate();
    gate.failure = new IllegalStateException("broken");
    gate.let.release(1);
    var out = new GroupCommit(gate);

    assertThatThrownBy(() -> tryToAppend(out, "lost\n"))
        .isInstanceOf(IOException.class)
        .hasMessage("audit records could not be written: java.lang.IllegalStateException: broken");
  }

  /** An error that cannot even be told, as where no memory is left to do so. */
  private static final class Untellable extends Error {
    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
      throw new OutOfMemoryError();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriteThatBreaksDownBeyondWords_leavesNobodyAsleep(Writers writers) throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var told = new ConcurrentLinkedQueue<Throwable>();
    var all =
        behindAWrite(
            gate,
            writers,
            8,
            i -> {
              try {
                tryToAppend(out, "lost\n");
              } catch (Throwable e) {
                told.add(e);
              }
            });
    gate.failure = new Untellable();
    gate.let.release(2);
    for (var each : all) {
      each.join();
    }

    assertThat(told).hasSize(8);
    gate.failure = null;
    gate.let.release(1);
    append(out, "kept\n");
    out.close();
    assertThat(gate.writes).containsExactly("kept\n");
    assertThat(gate.closed).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aFailedWrite_isNotToldToThoseOfTheNext(Writers writers) throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var told = new ConcurrentLinkedQueue<String>();
    var all =
        behindAWrite(
            gate,
            writers,
            4,
            i -> {
              try {
                tryToAppend(out, "line " + i + "\n");
              } catch (IOException e) {
                told.add("line " + i + ": " + e.getMessage());
              }
            });
    gate.failure = new IOException("no space left");
    gate.let.release(1);
    all.getFirst().join();
    gate.failure = null;
    gate.let.release(1);
    for (var each : all) {
      each.join();
    }

    assertThat(told).containsExactly("line 0: no space left");
    assertThat(gate.writes).containsExactly("line 1\nline 2\nline 3\n");
  }

  @ParameterizedTest
  @EnumSource
  void aSleeperThatIsWokenForNothing_sleepsOn(Writers writers) throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var first = Thread.ofPlatform().daemon().start(() -> append(out, "first\n"));
    gate.entered.await();
    var second = writers.start(0, () -> append(out, "second\n"));
    for (int i = 0; i < 100; i++) {
      untilAsleep(second);
      LockSupport.unpark(second);
    }
    untilAsleep(second);
    gate.let.release(2);
    first.join();
    second.join();

    assertThat(gate.writes).containsExactly("first\n", "second\n");
  }

  @ParameterizedTest
  @EnumSource
  void close_duringAWrite_waitsForIt_andHasWrittenWhatWaits(Writers writers) throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var both = behindAWrite(gate, writers, 2, i -> append(out, "line " + i + "\n"));
    var closing =
        new FutureTask<>(
            () -> {
              out.close();
              return Thread.currentThread().isInterrupted();
            });
    var closer = Thread.ofPlatform().daemon().start(closing);
    untilAsleep(closer);
    closer.interrupt();

    assertThatThrownBy(() -> tryToAppend(out, "late\n"))
        .hasMessage("the audit sink is closed; records after the manager's close are lost");
    gate.let.release(1);
    both.getFirst().join();
    assertThat(gate.closed).isFalse();
    gate.let.release(1);
    both.getLast().join();

    assertThat(closing.get()).as("interrupted still").isTrue();
    assertThat(gate.writes).containsExactly("line 0\n", "line 1\n");
    assertThat(gate.closed).isTrue();
  }

  @Test
  void manyWriters_loseNothingAndTearNothing() throws Exception {
    var bytes = new ByteArrayOutputStream();
    var inside = new AtomicInteger();
    var out =
        new GroupCommit(
            new Target() {
              @Override
              public void write(byte[] b, int length) {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                bytes.write(b, 0, length);
                inside.decrementAndGet();
              }

              @Override
              public void close() {}
            });
    Set<String> expected = new TreeSet<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writers = new ArrayList<Future<?>>();
      for (int w = 0; w < 32; w++) {
        for (int i = 0; i < 200; i++) {
          expected.add("w" + w + " " + i);
        }
        int writer = w;
        writers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    append(out, "w" + writer + " " + i + "\n");
                  }
                }));
      }
      for (var writer : writers) {
        writer.get(20, TimeUnit.SECONDS);
      }
    }

    var lines = bytes.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(32 * 200).containsExactlyInAnyOrderElementsOf(expected);
    for (int w = 0; w < 32; w++) {
      var its = "w" + w + " ";
      assertThat(lines.stream().filter(line -> line.startsWith(its)))
          .containsExactlyElementsOf(IntStream.range(0, 200).mapToObj(i -> its + i).toList());
    }
  }

  @Test
  void close_letsNoMoreIn_andIsDoneOnce() throws IOException {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    out.close();
    out.close();

    assertThat(gate.closed).isTrue();
    assertThatThrownBy(() -> tryToAppend(out, "late\n"))
        .hasMessage("the audit sink is closed; records after the manager's close are lost");
  }

  @ParameterizedTest
  @EnumSource
  void aSlowWrite_letsThoseWhoWaitSleep_andWakesThemWhenItIsDone(Writers writers) throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var sleepers = behindAWrite(gate, writers, 9, i -> append(out, "line " + i + "\n"));

    gate.let.release(1);
    sleepers.getFirst().join();
    // One of those who slept writes for all.
    gate.let.release(1);
    for (var sleeper : sleepers) {
      sleeper.join();
    }

    assertThat(gate.writes)
        .containsExactly(
            "line 0\n", IntStream.range(1, 9).mapToObj("line %d\n"::formatted).collect(joining()));
  }

  /** Who is written just as it would begin to write itself has others to wake all the same. */
  @ParameterizedTest
  @EnumSource
  void writersWithoutPause_areAllWoken(Writers writers) throws Exception {
    var written = new AtomicLong();
    var out =
        new GroupCommit(
            new Target() {
              @Override
              public void write(byte[] bytes, int length) {
                long begun = System.nanoTime();
                while (System.nanoTime() - begun < 1000) { // as a file's would
                  Thread.onSpinWait();
                }
                written.addAndGet(length);
              }

              @Override
              public void close() {}
            });
    var all = new ArrayList<Thread>();
    for (int w = 0; w < 64; w++) {
      all.add(
          writers.start(
              w,
              () -> {
                for (int i = 0; i < 5_000; i++) {
                  append(out, "line\n");
                }
              }));
    }
    for (var each : all) {
      each.join();
    }

    assertThat(written.get()).isEqualTo(64 * 5_000 * "line\n".length());
  }

  @Test
  void aFailedWrite_isToldToThoseWhoSleptThroughIt() throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var told = new ConcurrentLinkedQueue<String>();
    var writers = new ArrayList<Thread>();
    gate.failure = new IOException("no space left");
    for (int i = 0; i < 8; i++) {
      var line = "line " + i + "\n";
      writers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      tryToAppend(out, line);
                    } catch (IOException e) {
                      told.add(e.getMessage());
                    }
                  }));
    }
    for (var writer : writers) {
      untilAsleep(writer);
    }
    gate.let.release(8);
    for (var writer : writers) {
      writer.join();
    }

    assertThat(told).hasSize(8).containsOnly("no space left");
    gate.failure = null;
    append(out, "kept\n");
    assertThat(gate.writes).containsExactly("kept\n");
  }

  @ParameterizedTest
  @EnumSource
  void aSleeperThatIsInterrupted_hasItsLineWritten_andStaysInterrupted(Writers writers)
      throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    var interrupted = new AtomicBoolean();
    var first = Thread.ofPlatform().start(() -> append(out, "first\n"));
    gate.entered.await();
    var second =
        writers.start(
            0,
            () -> {
              append(out, "second\n");
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    untilAsleep(second);
    second.interrupt();
    gate.let.release(2);
    first.join();
    second.join();

    assertThat(gate.writes).containsExactly("first\n", "second\n");
    assertThat(interrupted).isTrue();
  }

  /** What is told to each writer is what happened to its line, and never to another's. */
  @Test
  void aTargetThatFailsNowAndThen_losesJustWhatItSays() throws Exception {
    var kept = new ByteArrayOutputStream();
    var count = new AtomicInteger();
    var out =
        new GroupCommit(
            new Target() {
              @Override
              public void write(byte[] bytes, int length) throws IOException {
                switch (count.incrementAndGet() % 5) {
                  case 3 -> throw new IOException("no space left");
                  case 4 -> throw new IllegalStateException("broken");
                  default -> kept.write(bytes, 0, length);
                }
              }

              @Override
              public void close() {}
            });
    var promised = new ConcurrentLinkedQueue<String>();
    var refused = new AtomicInteger();
    flood(
        16,
        (writer, i) -> {
          var line = writer + " " + i;
          try {
            tryToAppend(out, line + "\n");
            promised.add(line);
          } catch (IOException e) {
            refused.incrementAndGet();
          }
        });

    assertThat(refused.get()).isPositive();
    assertThat(promised.size() + refused.get()).isEqualTo(16 * LINES);
    assertThat(kept.toString(UTF_8).lines().toList()).containsExactlyInAnyOrderElementsOf(promised);
  }

  /** A line is written before its writer goes on: it is there when append returns. */
  @Test
  void aWriterThatGoesOn_findsItsLineInTheFile_howeverOftenItIsInterrupted(@TempDir Path folder)
      throws Exception {
    var file = folder.resolve("audit.log");
    var written = new AtomicLong();
    try (var out = new GroupCommit(LogFile.open(file, System::nanoTime))) {
      flood(
          8,
          (writer, i) -> {
            var line = "%d %04d%n".formatted(writer, i);
            if (i % 3 == 0) {
              Thread.currentThread().interrupt();
            }
            append(out, line);
            assertThat(Thread.interrupted()).isEqualTo(i % 3 == 0);
            long promised = written.addAndGet(line.length());
            assertThat(file.toFile().length()).isGreaterThanOrEqualTo(promised);
          });
    }

    assertThat(Files.readAllLines(file)).hasSize(8 * LINES).doesNotHaveDuplicates();
  }

  @Test
  void close_amongWriters_keepsWhatWasPromisedAndRefusesTheRest() throws Exception {
    for (int round = 0; round < 100; round++) {
      var kept = new ByteArrayOutputStream();
      var closed = new AtomicBoolean();
      var out =
          new GroupCommit(
              new Target() {
                @Override
                public void write(byte[] bytes, int length) {
                  assertThat(closed).isFalse();
                  kept.write(bytes, 0, length);
                }

                @Override
                public void close() {
                  closed.set(true);
                }
              });
      var promised = new ConcurrentLinkedQueue<String>();
      var closing =
          new FutureTask<>(
              () -> {
                out.close();
                return closed.get();
              });
      flood(
          4,
          (writer, i) -> {
            if (writer == 0 && i == 100) {
              Thread.ofPlatform().start(closing);
            }
            var line = writer + " " + i;
            try {
              tryToAppend(out, line + "\n");
              promised.add(line);
            } catch (IOException e) {
              assertThat(e).hasMessageStartingWith("the audit sink is closed;");
            }
          });

      assertThat(closing.get()).isTrue();
      assertThat(kept.toString(UTF_8).lines().toList())
          .containsExactlyInAnyOrderElementsOf(promised);
    }
  }

  private enum Writers {
    ON_PLATFORM_THREADS,
    ON_VIRTUAL_THREADS,
    ON_EITHER;

    Thread start(int number, Runnable task) {
      boolean virtual =
          switch (this) {
            case ON_PLATFORM_THREADS -> false;
            case ON_VIRTUAL_THREADS -> true;
            case ON_EITHER -> number % 2 == 0;
          };
      return virtual ? Thread.startVirtualThread(task) : Thread.ofPlatform().daemon().start(task);
    }
  }

  private static final int LINES = 500;

  private interface Step {
    void take(int writer, int i) throws IOException;
  }

  /** Each writer takes so many steps, all at the same time; the first failure is thrown. */
  private static void flood(int writers, Step step) throws Exception {
    try (var threads = Executors.newFixedThreadPool(writers)) {
      var all = new ArrayList<Future<?>>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < LINES; i++) {
                    step.take(writer, i);
                  }
                  return null;
                }));
      }
      for (var each : all) {
        each.get(20, TimeUnit.SECONDS);
      }
    }
  }

  /** So many writers, of whom the first is in its write and the others sleep behind it. */
  private static List<Thread> behindAWrite(Gate gate, Writers writers, int count, IntConsumer task)
      throws InterruptedException {
    var all = new ArrayList<Thread>();
    for (int i = 0; i < count; i++) {
      int number = i;
      all.add(writers.start(number, () -> task.accept(number)));
      if (number == 0) {
        gate.entered.await();
      } else {
        untilAsleep(all.getLast());
      }
    }
    return all;
  }

  private static void untilAsleep(Thread thread) {
    long since = System.nanoTime();
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
      Thread.onSpinWait();
    }
  }

  private static void append(GroupCommit out, String line) {
    try {
      tryToAppend(out, line);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void tryToAppend(GroupCommit out, String line) throws IOException {
    byte[] bytes = line.getBytes(UTF_8);
    out.append(bytes, bytes.length);
  }
}
