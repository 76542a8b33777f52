package dev.cvt.goplugin.logs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.LogEntry.Kind;
import dev.cvt.goplugin.Output;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PluginLogTest {
  private final BlockingQueue<LogEntry> entries = new LinkedBlockingQueue<>();
  private final BlockingQueue<Output> output = new LinkedBlockingQueue<>();

  private PluginLog log(Consumer<LogEntry> sink, UnaryOperator<String> scrubber) {
    return new PluginLog("test", System.getLogger("test"), sink, output::add, scrubber);
  }

  private static void stderr(PluginLog log, String line) {
    var bytes = line.getBytes(StandardCharsets.UTF_8);
    log.stderr(bytes, bytes.length, bytes.length);
  }

  @Test
  void lines_areDeliveredInOrder() throws InterruptedException {
    try (var log = log(entries::add, UnaryOperator.identity())) {
      for (int i = 0; i < 100; i++) {
        stderr(log, "line " + i);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(entries.poll(15, SECONDS).message()).isEqualTo("line " + i);
      }
    }
  }

  @Test
  void printedLine_isScrubbedAndInvalidBytesAreReplaced() throws InterruptedException {
    try (var log = log(entries::add, text -> text.replace("s3cret", "***"))) {
      var bytes = new byte[] {'s', '3', 'c', 'r', 'e', 't', (byte) 0xff, (byte) 0xc3};
      log.printed(Output.Stream.STDOUT, bytes, bytes.length, bytes.length);
      assertThat(output.poll(15, SECONDS))
          .isEqualTo(new Output(Output.Stream.STDOUT, "***\ufffd\ufffd", 0));
    }
  }

  @Test
  void sinkThatThrows_getsTheNextLineAllTheSame() throws InterruptedException {
    try (var log =
        log(
            entry -> {
              entries.add(entry);
              if (entry.message().equals("one")) {
                throw new IllegalStateException("a sink's own trouble");
              }
              throw new NoClassDefFoundError("a sink's jar that is not there");
            },
            UnaryOperator.identity())) {
      for (var line : List.of("one", "two", "three")) {
        stderr(log, line);
        assertThat(entries.poll(15, SECONDS).message()).isEqualTo(line);
      }
    }
  }

  @Test
  void sinkThatBlocks_holdsNobodyUpAndTheLossIsCounted() throws InterruptedException {
    var released = new CountDownLatch(1);
    try (var log =
        log(
            entry -> {
              await(released);
              entries.add(entry);
            },
            UnaryOperator.identity())) {
      for (int i = 0; i < 200_000; i++) {
        stderr(log, "x".repeat(100)); // returns at once, or this test times out
      }
      released.countDown();
      var notice = entries.poll(10, SECONDS);
      while (notice.kind() != Kind.NOTICE) {
        notice = entries.poll(10, SECONDS);
      }
      assertThat(notice.level()).isEqualTo(Level.WARNING);
      assertThat(notice.message())
          .matches(
              "dropped \\d{6} lines \\(\\d+ bytes\\) of its output: it writes faster than is"
                  + " taken");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void crashDump_isDeliveredAsOneRecordWithoutMoreToCome() throws InterruptedException {
    try (var log = log(entries::add, UnaryOperator.identity())) {
      stderr(log, "panic: boom");
      stderr(log, "goroutine 1 [running]:");
      var entry = entries.poll(15, SECONDS);
      assertThat(entry.kind()).isEqualTo(Kind.CRASH);
      assertThat(entry.message()).isEqualTo("panic: boom\ngoroutine 1 [running]:");
    }
  }

  @Test
  void close_deliversWhatIsQueuedAndTakesNoMore() {
    var log = log(entries::add, UnaryOperator.identity());
    stderr(log, "one");
    stderr(log, "panic: two");
    log.close();
    stderr(log, "three");
    log.close();
    assertThat(entries).extracting(LogEntry::message).containsExactly("one", "panic: two");
  }
}
