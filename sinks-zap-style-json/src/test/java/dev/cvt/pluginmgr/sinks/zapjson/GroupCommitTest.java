package dev.cvt.pluginmgr.sinks.zapjson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GroupCommitTest {

  /** Holds each write until it is let go, and remembers what it was given. */
  private static final class Gate implements Target {
    final Semaphore let = new Semaphore(0);
    final CountDownLatch entered = new CountDownLatch(1);
    final List<String> writes = new ArrayList<>();
    volatile boolean failing;
    volatile boolean closed;

    @Override
    public void write(byte[] bytes, int length) throws IOException {
      entered.countDown();
      let.acquireUninterruptibly();
      if (failing) {
        throw new IOException("no space left");
      }
      writes.add(new String(bytes, 0, length, UTF_8));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void aLoneWriter_hasItsLineWrittenBeforeItGoesOn() throws IOException {
    var gate = new Gate();
    gate.let.release(10);
    var out = new GroupCommit(gate);

    out.append("one\n".getBytes(UTF_8));
    assertThat(gate.writes).containsExactly("one\n");
    out.append("two\n".getBytes(UTF_8));
    assertThat(gate.writes).containsExactly("one\n", "two\n");
  }

  @Test
  void writersThatComeDuringAWrite_shareTheNext() throws Exception {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    try (var threads = Executors.newCachedThreadPool()) {
      var first = threads.submit(() -> append(out, "first\n"));
      gate.entered.await();
      var waiting = new ArrayList<Future<?>>();
      var started = new CountDownLatch(8);
      for (int i = 0; i < 8; i++) {
        var line = "line " + i + "\n";
        waiting.add(
            threads.submit(
                () -> {
                  started.countDown();
                  append(out, line);
                }));
      }
      started.await();
      gate.let.release(100);
      first.get(10, TimeUnit.SECONDS);
      for (var writer : waiting) {
        writer.get(10, TimeUnit.SECONDS);
      }
    }

    assertThat(gate.writes.getFirst()).isEqualTo("first\n");
    assertThat(String.join("", gate.writes).lines()).hasSize(9).doesNotHaveDuplicates();
    assertThat(gate.writes).allMatch(write -> write.endsWith("\n"));
  }

  @Test
  void aFailedWrite_failsEachWriterWhoseLineItHeld_andTheNextIsTriedAnew() throws Exception {
    var gate = new Gate();
    gate.failing = true;
    gate.let.release(2);
    var out = new GroupCommit(gate);

    assertThatThrownBy(() -> out.append("lost\n".getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
    gate.failing = false;
    out.append("kept\n".getBytes(UTF_8));

    assertThat(gate.writes).containsExactly("kept\n");
  }

  @Test
  void aWriteThatBreaksDown_failsItsWriterToo() {
    var out =
        new GroupCommit(
            new Target() {
              @Override
              public void write(byte[] bytes, int length) {
                throw new IllegalStateException("broken");
              }

              @Override
              public void close() {}
            });

    assertThatThrownBy(() -> out.append("lost\n".getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage("audit records could not be written: java.lang.IllegalStateException: broken");
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

    assertThat(bytes.toString(UTF_8).lines().toList())
        .hasSize(32 * 200)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void close_letsNoMoreIn_andIsDoneOnce() throws IOException {
    var gate = new Gate();
    var out = new GroupCommit(gate);
    out.close();
    out.close();

    assertThat(gate.closed).isTrue();
    assertThatThrownBy(() -> out.append("late\n".getBytes(UTF_8)))
        .hasMessage("the audit sink is closed; records after the manager's close are lost");
  }

  private static void append(GroupCommit out, String line) {
    try {
      out.append(line.getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
