package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static dev.cvt.goplugin.channel.RawServer.good;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.BlockingCall;
import dev.cvt.goplugin.channel.RawServer.Script;
import io.grpc.CallOptions;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads whose answers do not come in time. */
@Timeout(120)
class DeadlinesTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir Path folder;

  private final DirectOnly direct = new DirectOnly();

  @AfterEach
  void close() throws Exception {
    direct.close();
  }

  private DirectChannel channel(Script script) throws Exception {
    return direct.channel(folder, script);
  }

  private static Future<String> ask(DirectChannel channel, Duration timeout) {
    var answer = new CompletableFuture<String>();
    var _ =
        Thread.startVirtualThread(
            () -> {
              try {
                var request = StringValue.of("q");
                answer.complete(
                    BlockingCall.call(channel, ASK, CallOptions.DEFAULT, request, timeout)
                        .getValue());
              } catch (Throwable e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private static void assertLate(Future<String> call) {
    assertThatThrownBy(() -> call.get(LONG.toSeconds() / 2, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TimeoutException.class);
  }

  /** Answers nothing until it is told to, and then all that was asked. */
  private static final class Silent implements Script {
    private final CountDownLatch asked;
    private final CountDownLatch go = new CountDownLatch(1);

    Silent(int questions) {
      asked = new CountDownLatch(questions);
    }

    @Override
    public void serve(RawServer.Talk talk) throws IOException, InterruptedException {
      var streams = new ArrayList<Integer>();
      while (asked.getCount() > 0) {
        streams.add(talk.request());
        asked.countDown();
      }
      go.await();
      for (int stream : streams) {
        talk.say(good(stream, "fine"));
      }
    }
  }

  @Test
  void caller_whoseTimeIsOver_goesOnThenAndNotBefore() throws Exception {
    var channel = channel(new Silent(1));
    long begin = System.nanoTime();
    var call = ask(channel, SHORT);
    assertLate(call);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(SHORT);
  }

  @Test
  void callers_withOneTimeAfterTheOther_areAllTold() throws Exception {
    var channel = channel(new Silent(5));
    var calls = new ArrayList<Future<String>>();
    var first = ask(channel, LONG);
    for (int i = 1; i <= 3; i++) {
      calls.add(ask(channel, SHORT.multipliedBy(i)));
    }
    var last = ask(channel, LONG);
    calls.forEach(DeadlinesTest::assertLate);
    assertThat(List.of(first, last)).noneMatch(Future::isDone);
  }

  @Test
  void caller_withLessTimeThanThoseBefore_isToldBeforeThem() throws Exception {
    var plugin = new Silent(2);
    var channel = channel(plugin);
    var patient = ask(channel, LONG);
    Asking.await("a timer", () -> hasTimers(1));
    var hasty = ask(channel, SHORT);
    assertLate(hasty);
    assertThat(patient).isNotDone();
    plugin.asked.await();
    plugin.go.countDown();
    assertThat(patient.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("fine");
  }

  private boolean hasTimers(int count) {
    try {
      return direct.timers() == count;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void callers_withLessTimeEach_haveOneTimer() throws Exception {
    var channel =
        channel(
            talk -> {
              while (true) {
                talk.say(good(talk.request(), "fine"));
              }
            });
    for (int i = 0; i < 200; i++) {
      var call = ask(channel, LONG.minusMillis(i * 10));
      assertThat(call.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("fine");
    }
    assertThat(direct.timers()).isLessThanOrEqualTo(1);
  }

  @Test
  void connection_thatIsLost_leavesNoTimer() throws Exception {
    var channel = channel(new Silent(1));
    var call = ask(channel, LONG);
    Asking.await("a timer", () -> hasTimers(1));
    channel.close();
    assertThatThrownBy(() -> call.get(LONG.toSeconds() / 2, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatusException.class);
    assertThat(direct.timers()).isZero();
  }
}
