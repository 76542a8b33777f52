package dev.cvt.goplugin.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.serve.StdioBuffer.Channel;
import dev.cvt.goplugin.serve.StdioBuffer.Chunk;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StdioBufferTest {

  private final StdioBuffer buffer = new StdioBuffer();
  private final OutputStream out = buffer.writer(Channel.STDOUT);
  private final OutputStream err = buffer.writer(Channel.STDERR);

  @Test
  void writes_of_one_channel_merge_and_the_order_of_both_is_kept() throws Exception {
    print(out, "a");
    print(out, "b\n");
    print(err, "c");
    print(out, "d");
    buffer.end();
    assertThat(drain()).containsExactly("STDOUT ab\n", "STDERR c", "STDOUT d");
  }

  @Test
  void long_writes_come_in_chunks() throws Exception {
    print(out, "x".repeat(2 * StdioBuffer.CHUNK + 1));
    buffer.end();
    assertThat(drain())
        .extracting(chunk -> chunk.length() - "STDOUT ".length())
        .containsExactly(StdioBuffer.CHUNK, StdioBuffer.CHUNK, 1);
  }

  @Test
  void without_a_reader_the_oldest_give_way_and_are_counted() throws Exception {
    print(out, "first");
    print(err, "e");
    print(out, "y".repeat(StdioBuffer.CAPACITY));
    assertThat(buffer.takeDropped()).isEqualTo(6);
    assertThat(buffer.takeDropped()).isZero();
    buffer.end();
    assertThat(String.join("", drain()).replace("STDOUT ", ""))
        .isEqualTo("y".repeat(StdioBuffer.CAPACITY));
  }

  @Test
  void the_first_reader_is_waited_for() throws Exception {
    print(out, "y".repeat(StdioBuffer.CAPACITY));
    Thread flood = waiting(out, "more");
    buffer.attach();
    assertThat(buffer.take()).isPresent();
    flood.join();
    assertThat(buffer.takeDropped()).isZero();
  }

  @Test
  void a_first_reader_that_does_not_come_is_waited_for_once() throws Exception {
    print(out, "y".repeat(StdioBuffer.CAPACITY));
    // Each would wait for its own second, and all of them for longer than the test may last.
    for (int i = 0; i < 100; i++) {
      print(out, "z".repeat(StdioBuffer.CHUNK));
    }
    assertThat(buffer.takeDropped()).isEqualTo(100L * StdioBuffer.CHUNK);
  }

  @Test
  void with_a_reader_a_writer_waits_for_room() throws Exception {
    buffer.attach();
    print(out, "y".repeat(StdioBuffer.CAPACITY));
    Thread late = waiting(err, "late");
    assertThat(buffer.take()).isPresent();
    late.join();
    assertThat(buffer.takeDropped()).isZero();
    buffer.end();
    assertThat(drain()).last().isEqualTo("STDERR late");
  }

  @Test
  void a_reader_that_does_not_read_holds_a_writer_up_for_a_while_only() throws Exception {
    buffer.attach();
    print(out, "y".repeat(StdioBuffer.CAPACITY));
    print(out, "z"); // returns, or the test times out
    assertThat(buffer.takeDropped()).isEqualTo(StdioBuffer.CHUNK);
  }

  @Test
  void an_interrupted_writer_drops_at_once_and_stays_interrupted() throws Exception {
    buffer.attach();
    print(out, "y".repeat(StdioBuffer.CAPACITY));
    Thread.currentThread().interrupt();
    print(out, "z");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(buffer.takeDropped()).isEqualTo(StdioBuffer.CHUNK);
  }

  @Test
  void what_could_not_be_delivered_comes_first_again() throws Exception {
    print(out, "a");
    print(err, "b");
    print(out, "c");
    buffer.putBack(buffer.take().orElseThrow());
    buffer.end();
    assertThat(drain()).containsExactly("STDOUT a", "STDERR b", "STDOUT c");
  }

  @Test
  void after_the_end_nothing_is_kept() throws Exception {
    buffer.end();
    print(out, "late");
    assertThat(buffer.take()).isEmpty();
    assertThat(buffer.takeDropped()).isEqualTo(4);
  }

  private static void print(OutputStream stream, String text) throws IOException {
    stream.write(text.getBytes(UTF_8));
  }

  /** A thread that prints, and finds no room. */
  private static Thread waiting(OutputStream stream, String text) {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    print(stream, text);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).as("it waits for room").isTrue();
      Thread.onSpinWait();
    }
    return thread;
  }

  private List<String> drain() throws InterruptedException {
    List<String> chunks = new ArrayList<>();
    Optional<Chunk> chunk = buffer.take();
    while (chunk.isPresent()) {
      chunks.add(chunk.get().channel() + " " + chunk.get().bytes().toStringUtf8());
      chunk = buffer.take();
    }
    return chunks;
  }
}
