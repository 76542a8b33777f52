package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.BlockingCall;
import dev.cvt.goplugin.channel.Asking.Listening;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once on one connection after the other: callers of all kinds, short deadlines,
 * interrupts, cancelled calls, streams, and the connection closed in the middle of it. Each call
 * ends in its time with its own answer or with a reason, and nothing is left behind.
 */
@Timeout(900)
class MixedStressTest {
  /** For a long run by hand. */
  private static final Duration DURATION =
      Duration.ofSeconds(Integer.getInteger("stress.seconds", 3));

  private static final Duration ROUND = Duration.ofMillis(700);

  /** What a busy machine may add to a deadline. */
  private static final Duration LATE = Duration.ofSeconds(10);

  private static final int CALLERS = 12;
  private static final int LARGEST = 200_000;

  private static final MethodDescriptor<StringValue, StringValue> COUNT =
      Asking.method("Count", MethodType.SERVER_STREAMING);

  /** A server that is cut off in the middle of a sentence complains; that is what is tested. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  static {
    GRPC.setLevel(Level.OFF);
  }

  @TempDir Path folder;

  private final Map<Kind, LongAdder> ends = new EnumMap<>(Kind.class);
  private final ConcurrentLinkedQueue<Thread> interruptible = new ConcurrentLinkedQueue<>();

  private enum Kind {
    ANSWERED,
    LATE,
    INTERRUPTED,
    CANCELLED,
    LOST,
    COUNTED
  }

  MixedStressTest() {
    for (var kind : Kind.values()) {
      ends.put(kind, new LongAdder());
    }
  }

  /** How the host's side is secured, and the plugin's. */
  Optional<Security> host() {
    return Optional.empty();
  }

  Optional<Security> plugin() {
    return Optional.empty();
  }

  private Server serve(EventLoop serving, UnixDomainSocketAddress address) throws IOException {
    return serving
        .server(address, plugin())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .addService(
            ServerServiceDefinition.builder("test.Echo")
                .addMethod(ASK, ServerCalls.asyncUnaryCall(MixedStressTest::echo))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(MixedStressTest::count))
                .build())
        .build()
        .start();
  }

  /** A question begins with how long it takes, in milliseconds, and how long its answer is. */
  private static void echo(StringValue question, StreamObserver<StringValue> answer) {
    try {
      var words = question.getValue().split(" ", 4);
      Thread.sleep(Integer.parseInt(words[0]));
      answer.onNext(StringValue.of(words[2] + "z".repeat(Integer.parseInt(words[1]))));
      answer.onCompleted();
    } catch (InterruptedException | RuntimeException e) {
      return; // it was cancelled
    }
  }

  private static void count(StringValue ignored, StreamObserver<StringValue> answer) {
    var out = (ServerCallStreamObserver<StringValue>) answer;
    try {
      for (int i = 0; !out.isCancelled(); i++) {
        out.onNext(StringValue.of(String.valueOf(i)));
        if (i % 100 == 99) {
          Thread.sleep(1);
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      return; // it was cancelled
    }
  }

  @Test
  void calls_ofAllKindsAtOnce_endAndLeaveNothing() throws Exception {
    var address = UnixDomainSocketAddress.of(folder.resolve("s"));
    try (var loop = new EventLoop("test");
        var serving = new EventLoop("serving")) {
      var server = serve(serving, address);
      try {
        round(loop, address, 0); // opens what stays open
        long before = descriptors();
        long end = System.nanoTime() + DURATION.toNanos();
        for (int i = 1; System.nanoTime() < end || i == 1; i++) {
          round(loop, address, i);
        }
        Asking.await("descriptors closed", () -> descriptors() <= before);
        Asking.await("threads ended", () -> connecting() == 0);
      } finally {
        server.shutdownNow().awaitTermination();
      }
    }
    System.out.println("ends of calls: " + ends);
    assertThat(ends.get(Kind.ANSWERED).sum()).isPositive();
    assertThat(ends.get(Kind.COUNTED).sum()).isPositive();
  }

  private void round(EventLoop loop, UnixDomainSocketAddress address, int number) throws Exception {
    var direct = loop.direct(address, host(), 4 << 20);
    long close = System.nanoTime() + ROUND.toNanos();
    long end = close + ROUND.toNanos() / 4; // calls go on when it is closed
    interruptible.clear();
    try (var platform = Executors.newCachedThreadPool();
        var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      direct.connect();
      direct.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
      var all = new ArrayList<Future<?>>();
      for (int i = 0; i < CALLERS; i++) {
        var random = new Random(number * 1000L + i);
        all.add(platform.submit(() -> wait(direct, random, end, true)));
        if (i % 4 == 0) {
          all.add(virtual.submit(() -> wait(direct, random, end, false)));
          all.add(platform.submit(() -> listen(direct, random, end)));
          all.add(platform.submit(() -> count(direct, random, end)));
        }
      }
      all.add(platform.submit(() -> interrupt(new Random(number), end)));
      Thread.sleep(Duration.ofNanos(Math.max(0, close - System.nanoTime())));
      direct.close();
      for (var each : all) {
        each.get(LONG.toSeconds(), TimeUnit.SECONDS);
      }
    } finally {
      direct.close();
    }
  }

  /** In one of two phases: many calls one after another, or rare ones. */
  private Void wait(DirectChannel direct, Random random, long end, boolean interrupted)
      throws Exception {
    if (interrupted) {
      interruptible.add(Thread.currentThread());
    }
    for (int i = 0; System.nanoTime() < end; i++) {
      try {
        if (i / 200 % 2 == 1) {
          Thread.sleep(random.nextInt(4));
        }
        ask(direct, random, i);
      } catch (InterruptedException e) {
        ends.get(Kind.INTERRUPTED).increment();
      }
    }
    return null;
  }

  private void ask(DirectChannel direct, Random random, int number) throws InterruptedException {
    var timeout =
        random.nextInt(10) == 0 ? Duration.ofNanos(random.nextInt(3_000_000)) : LONG.dividedBy(2);
    var question = new Question(random, number);
    long begun = System.nanoTime();
    try {
      var request = StringValue.of(question.text());
      var answer = BlockingCall.call(direct, ASK, CallOptions.DEFAULT, request, timeout).getValue();
      assertThat(answer).isEqualTo(question.answer());
      ends.get(Kind.ANSWERED).increment();
    } catch (TimeoutException e) {
      assertThat(timeout).as("a deadline that was long").isLessThan(Duration.ofMillis(4));
      ends.get(Kind.LATE).increment();
    } catch (StatusException e) {
      lost(e.getStatus().getCode());
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isLessThan(timeout.compareTo(LATE) < 0 ? timeout.plus(LATE) : LONG);
  }

  private void lost(Code code) {
    assertThat(code).isIn(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.CANCELLED);
    ends.get(Kind.LOST).increment();
  }

  private record Question(int millis, int more, String name, int filling) {
    Question(Random random, int number) {
      this(
          random.nextInt(20) == 0 ? random.nextInt(5) : 0,
          random.nextInt(10) == 0 ? random.nextInt(LARGEST) : random.nextInt(100),
          random.nextInt(Integer.MAX_VALUE) + "/" + number,
          // Some are too large for a frame.
          random.nextInt(50) == 0 ? random.nextInt(40_000) : random.nextInt(100));
    }

    String text() {
      return millis + " " + more + " " + name + " " + "y".repeat(filling);
    }

    String answer() {
      return name + "z".repeat(more);
    }
  }

  /** Calls for which nobody waits. */
  private Void listen(DirectChannel direct, Random random, long end) throws Exception {
    for (int i = 0; System.nanoTime() < end; i++) {
      var question = new Question(random, i);
      var listening = new Listening();
      var call =
          Asking.begin(direct, CallOptions.DEFAULT, new Metadata(), question.text(), listening);
      if (random.nextInt(4) == 0) {
        call.cancel("no patience", null);
      }
      var ended = listening.await();
      if (ended.status().isOk()) {
        assertThat(ended.messages()).containsExactly(question.answer());
        ends.get(Kind.ANSWERED).increment();
      } else if ("no patience".equals(ended.status().getDescription())) {
        ends.get(Kind.CANCELLED).increment();
      } else {
        lost(ended.status().getCode());
      }
      Thread.sleep(random.nextInt(20));
    }
    return null;
  }

  /** Streams whose messages are numbered. */
  private Void count(DirectChannel direct, Random random, long end) throws Exception {
    while (System.nanoTime() < end) {
      var counting = new Counting(100 + random.nextInt(20_000));
      var options = CallOptions.DEFAULT.withOption(DirectChannel.asItComes(), true);
      var call = direct.newCall(COUNT, options);
      counting.call = call;
      call.start(counting, new Metadata());
      call.request(Integer.MAX_VALUE);
      call.sendMessage(StringValue.of("go"));
      call.halfClose();
      var ended = counting.await();
      assertThat(counting.wrong).isEmpty();
      if (ended.status().getCode() == Code.CANCELLED && counting.next >= counting.most) {
        ends.get(Kind.COUNTED).increment();
      } else {
        lost(ended.status().getCode());
        Thread.sleep(1);
      }
    }
    return null;
  }

  private static final class Counting extends Listening {
    private final int most;
    private final List<String> wrong = new ArrayList<>();
    private volatile ClientCall<StringValue, StringValue> call;
    private volatile int next;

    Counting(int most) {
      this.most = most;
    }

    @Override
    public void onMessage(StringValue message) {
      if (!message.getValue().equals(String.valueOf(next))) {
        wrong.add(message.getValue() + " for " + next);
      }
      next = next + 1;
      if (next == most) {
        call.cancel("enough", null);
      }
    }
  }

  private Void interrupt(Random random, long end) throws InterruptedException {
    while (System.nanoTime() < end) {
      var threads = List.copyOf(interruptible);
      if (!threads.isEmpty()) {
        threads.get(random.nextInt(threads.size())).interrupt();
      }
      Thread.sleep(random.nextInt(8));
    }
    return null;
  }

  private static long descriptors() {
    return Optional.ofNullable(new File("/dev/fd").list()).orElseThrow().length;
  }

  private static long connecting() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("goplugin-(direct|tls)"))
        .count();
  }
}
