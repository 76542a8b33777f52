package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.channel.Asking.Listening;
import io.grpc.CallOptions;
import io.grpc.ClientTransportFilter;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.grpc.stub.ServerCalls;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many callers at once, some of whom lose patience: each gets the answer to its own question. */
class DirectStressTest {
  /** For a long run by hand. */
  private static final Duration DURATION =
      Duration.ofSeconds(Integer.getInteger("stress.seconds", 1));

  private static final int CALLERS = 64;
  private final LongAdder answered = new LongAdder();
  private final LongAdder cancelled = new LongAdder();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void callers_whoCancelAtRandom_getTheirOwnAnswersOrNone() throws Exception {
    var address = UnixDomainSocketAddress.of(folder.resolve("s"));
    try (var loop = new EventLoop("test");
        var serving = new EventLoop("serving");
        var threads = Executors.newCachedThreadPool()) {
      var server =
          serving
              .server(address, Optional.empty())
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .addService(
                  ServerServiceDefinition.builder("test.Echo")
                      .addMethod(
                          ASK,
                          ServerCalls.<StringValue, StringValue>asyncUnaryCall(
                              (question, answer) -> {
                                answer.onNext(question);
                                answer.onCompleted();
                              }))
                      .build())
              .build()
              .start();
      var general =
          loop.channel(
              address, Optional.empty(), 4 << 20, () -> {}, new ClientTransportFilter() {});
      try (var direct = loop.direct(address, Optional.empty(), 4 << 20, () -> general)) {
        direct.connect();
        long end = System.nanoTime() + DURATION.toNanos();
        var all = new ArrayList<Future<?>>();
        for (int i = 0; i < CALLERS; i++) {
          int mine = i;
          all.add(threads.submit(() -> ask(direct, mine, end)));
        }
        for (var each : all) {
          each.get(DURATION.plus(LONG).toSeconds(), TimeUnit.SECONDS);
        }
      } finally {
        general.shutdownNow();
        server.shutdownNow().awaitTermination();
      }
      assertThat(answered.sum()).isPositive();
      assertThat(cancelled.sum()).isPositive();
    }
  }

  private Void ask(DirectChannel direct, int mine, long end) throws Exception {
    var random = new Random(mine);
    for (int i = 0; System.nanoTime() < end || i == 0; i++) {
      // Some are too large for one frame, and go the general way.
      var text =
          mine + "/" + i + "y".repeat(random.nextInt(random.nextInt(20) == 0 ? 40_000 : 200));
      var listening = new Listening();
      var call = Asking.begin(direct, CallOptions.DEFAULT, new Metadata(), text, listening);
      if (random.nextInt(10) == 0) {
        for (int spins = random.nextInt(2000); spins > 0; spins--) {
          Thread.onSpinWait();
        }
        call.cancel("no patience", null);
      }
      var ended = listening.await();
      var status = ended.status();
      if (status.isOk()) {
        assertThat(ended.messages()).containsExactly(text);
        answered.increment();
      } else {
        assertThat(status.getCode()).isEqualTo(Code.CANCELLED);
        assertThat(status.getDescription()).isEqualTo("no patience");
        cancelled.increment();
      }
    }
    return null;
  }
}
