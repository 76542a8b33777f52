package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static dev.cvt.goplugin.channel.Asking.await;
import static dev.cvt.goplugin.channel.RawServer.good;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.BlockingCall;
import dev.cvt.goplugin.channel.RawServer.Script;
import io.grpc.CallOptions;
import io.grpc.StatusException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that wait read by themselves, and none is forgotten when the one who reads leaves. */
@Timeout(120)
class ReadingTest {
  @TempDir Path folder;

  private final EventLoop loop = new EventLoop("test");
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    loop.close();
  }

  private DirectChannel channel(Script script) throws Exception {
    var server = new RawServer(folder.resolve("s" + open.size()), script);
    open.add(server);
    var channel = loop.direct(server.address, Optional.empty(), 4 << 20);
    open.add(channel);
    channel.connect();
    channel.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
    return channel;
  }

  private static String ask(DirectChannel channel, Duration timeout)
      throws StatusException, TimeoutException, InterruptedException {
    return BlockingCall.call(channel, ASK, CallOptions.DEFAULT, StringValue.of("q"), timeout)
        .getValue();
  }

  private static Reading reading(DirectChannel channel) {
    return Objects.requireNonNull(channel.connection()).reading();
  }

  /** Calls until callers read themselves. */
  private static void lead(DirectChannel channel) throws Exception {
    for (int i = 0; i < 1_000_000 && !reading(channel).isLed(); i++) {
      assertThat(ask(channel, LONG)).isEqualTo("fine");
    }
    assertThat(reading(channel).isLed()).as("callers read").isTrue();
  }

  private static <T> Future<T> start(Callable<T> task) {
    var future = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                future.complete(task.call());
              } catch (Throwable e) {
                future.completeExceptionally(e);
              }
            });
    return future;
  }

  private static void echoes(RawServer.Talk talk) throws IOException {
    while (true) {
      talk.say(good(talk.request(), "fine"));
    }
  }

  @Test
  void callers_whoReadByTurns_areAllAnswered() throws Exception {
    var channel = channel(ReadingTest::echoes);
    try (var threads = Executors.newFixedThreadPool(32)) {
      var all = new ArrayList<Future<?>>();
      for (int i = 0; i < 32; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int each = 0; each < 500; each++) {
                    assertThat(ask(channel, LONG)).isEqualTo("fine");
                  }
                  return null;
                }));
      }
      for (var each : all) {
        each.get();
      }
    }
  }

  /** Answers at once; when it holds, it has that many questions come first, and waits. */
  private static final class Holding implements Script {
    private final int most;
    private final CountDownLatch asked;
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean holds;

    Holding(int most) {
      this.most = most;
      this.asked = new CountDownLatch(most);
    }

    @Override
    public void serve(RawServer.Talk talk) throws IOException, InterruptedException {
      var waiting = new ArrayList<Integer>();
      while (true) {
        waiting.add(talk.request());
        if (holds) {
          asked.countDown();
        }
        if (!holds || waiting.size() == most) {
          if (holds) {
            go.await();
          }
          for (int each : waiting) {
            talk.say(good(each, "fine"));
          }
          waiting.clear();
        }
      }
    }
  }

  @Test
  void callerWhoReads_andLosesPatience_leavesTheTurnToAnother() throws Exception {
    var plugin = new Holding(5);
    var channel = channel(plugin);
    lead(channel);
    plugin.holds = true;
    var impatient = start(() -> ask(channel, Duration.ofMillis(300)));
    var patient = new ArrayList<Future<String>>();
    for (int i = 0; i < 4; i++) {
      patient.add(start(() -> ask(channel, LONG)));
    }
    plugin.asked.await();
    assertThatThrownBy(() -> impatient.get(LONG.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(TimeoutException.class);
    plugin.go.countDown();
    for (var each : patient) {
      assertThat(each.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("fine");
    }
  }

  @Test
  void callerWhoReads_andIsInterrupted_leavesTheTurnToAnother() throws Exception {
    var plugin = new Holding(3);
    var channel = channel(plugin);
    lead(channel);
    plugin.holds = true;
    var threads = new LinkedBlockingQueue<Thread>();
    var calls = new ArrayList<Future<String>>();
    for (int i = 0; i < 3; i++) {
      calls.add(
          start(
              () -> {
                threads.add(Thread.currentThread());
                return ask(channel, LONG);
              }));
    }
    plugin.asked.await();
    threads.take().interrupt();
    threads.take().interrupt();
    plugin.go.countDown();
    int answered = 0;
    for (var each : calls) {
      try {
        assertThat(each.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("fine");
        answered++;
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(InterruptedException.class);
      }
    }
    assertThat(answered).isPositive();
    plugin.holds = false;
    assertThat(ask(channel, LONG)).isEqualTo("fine");
  }

  @Test
  void callWithoutAWaitingThread_isAnsweredWhereCallersRead() throws Exception {
    var channel = channel(ReadingTest::echoes);
    for (int i = 0; i < 20; i++) {
      lead(channel);
      assertThat(Asking.begin(channel, "q").await().text()).isEqualTo("fine");
    }
  }

  @Test
  void callOfAVirtualThread_isAnsweredWhereCallersRead() throws Exception {
    var channel = channel(ReadingTest::echoes);
    for (int i = 0; i < 20; i++) {
      lead(channel);
      var answer = new CompletableFuture<String>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  answer.complete(ask(channel, LONG));
                } catch (Exception e) {
                  answer.completeExceptionally(e);
                }
              });
      assertThat(answer.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("fine");
    }
  }

  @Test
  void connectionThatIsLost_isNoticedWhenCallsHaveCeased() throws Exception {
    var end = new CountDownLatch(1);
    var channel =
        channel(
            talk -> {
              var _ = Thread.startVirtualThread(() -> endAfter(end, talk));
              echoes(talk);
            });
    lead(channel);
    end.countDown();
    channel.lost().get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(channel.isOpen()).isFalse();
  }

  private static void endAfter(CountDownLatch end, RawServer.Talk talk) {
    try {
      end.await();
      talk.hangUp();
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void connectionThatIsLost_endsTheCallsOfAllWhoWait() throws Exception {
    var plugin = new Holding(100);
    var channel = channel(plugin);
    lead(channel);
    plugin.holds = true;
    var calls = new ArrayList<Future<String>>();
    for (int i = 0; i < 8; i++) {
      calls.add(start(() -> ask(channel, LONG)));
    }
    channel.close();
    for (var each : calls) {
      assertThatThrownBy(() -> each.get(LONG.toSeconds(), TimeUnit.SECONDS))
          .hasCauseInstanceOf(StatusException.class);
    }
  }

  @Test
  void connectionsThatWereRead_leaveNoDescriptor() throws Exception {
    try (var first = channel(ReadingTest::echoes)) {
      lead(first);
    }
    long before = descriptors();
    for (int i = 0; i < 20; i++) {
      var channel = channel(ReadingTest::echoes);
      lead(channel);
      channel.close();
    }
    // The server's ends are closed when it has noticed.
    await("descriptors closed", () -> descriptors() <= before + 40);
    for (var each : open.reversed()) {
      each.close();
    }
    await("descriptors closed", () -> descriptors() <= before + 4);
  }

  @Test
  void connectionAtRest_hasNoDescriptorsForThoseWhoRead() throws Exception {
    var channel = channel(ReadingTest::echoes);
    assertThat(ask(channel, LONG)).isEqualTo("fine");
    long before = descriptors();
    do {
      lead(channel);
    } while (descriptors() <= before); // they may have ceased to read just then
    await("descriptors closed", () -> descriptors() == before);
    lead(channel);
  }

  private static long descriptors() {
    return Optional.ofNullable(new File("/dev/fd").list()).orElseThrow().length;
  }

  /** Or whoever waits would try again and again until he is told. */
  @Test
  void connectionThatIsClosed_isReadByNobody() throws Exception {
    var channel = channel(ReadingTest::echoes);
    lead(channel);
    var reading = reading(channel);
    channel.close();
    channel.lost().get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(reading.lead(() -> false, LONG.toNanos())).isFalse();
  }
}
