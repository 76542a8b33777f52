package dev.cvt.goplugin.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Empty;
import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.GRPCBrokerGrpc;
import dev.cvt.goplugin.wire.GRPCControllerGrpc;
import dev.cvt.goplugin.wire.GRPCStdioGrpc;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthCheckResponse.ServingStatus;
import dev.cvt.goplugin.wire.HealthGrpc;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EndpointTest {

  private static final Handshake HANDSHAKE = Handshake.of("TEST_COOKIE", "x", 1, 2);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    go.countDown();
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private String answer(String text) throws Exception {
    String[] words = text.split(":", 2);
    return switch (words[0]) {
      case "throw" -> throw new IllegalStateException(words[1]);
      case "throw-nothing" -> throw new IllegalStateException();
      case "throw-checked" -> throw new IOException(words[1]);
      case "throw-error" -> throw new StackOverflowError(words[1]);
      case "refuse" -> throw Status.ALREADY_EXISTS.withDescription(words[1]).asRuntimeException();
      case "wait" -> {
        entered.countDown();
        try {
          go.await();
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw e;
        }
        yield "waited";
      }
      default -> "you said " + text;
    };
  }

  private PluginServer.Running start(PluginServer.Builder builder) {
    PluginServer.Running running =
        builder
            .services(Words.service(this::answer))
            .health(healthy::get)
            .build()
            .start(environment());
    open.add(running);
    return running;
  }

  private Map<String, String> environment() {
    return Map.of("PLUGIN_UNIX_SOCKET_DIR", folder.toString(), "PLUGIN_PROTOCOL_VERSIONS", "1,2,3");
  }

  private ManagedChannel dial(PluginServer.Running running) {
    ManagedChannel channel = running.dial();
    open.add(channel::shutdownNow);
    return channel;
  }

  @Test
  void the_line_tells_the_version_and_a_socket_that_only_the_owner_can_use() throws Exception {
    PluginServer.Running running = start(PluginServer.builder(HANDSHAKE));
    assertThat(running.line()).matches("1\\|2\\|unix\\|" + folder + "/plugin[0-9]{1,9}\\|grpc\\|");
    Path socket = Path.of(running.line().split("\\|", -1)[3]);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    running.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void each_version_may_serve_something_else() throws Exception {
    try (PluginServer.Running running =
        PluginServer.builder(HANDSHAKE)
            .services(1, broker -> List.of(Words.service(text -> "one")))
            .services(2, broker -> List.of(Words.service(text -> "two")))
            .build()
            .start(
                Map.of(
                    "PLUGIN_UNIX_SOCKET_DIR",
                    folder.toString(),
                    "PLUGIN_PROTOCOL_VERSIONS",
                    "1"))) {
      assertThat(running.line()).startsWith("1|1|unix|");
      assertThat(Words.say(dial(running), "x")).isEqualTo("one");
    }
  }

  @Test
  void a_call_is_answered_on_a_virtual_thread() {
    PluginServer.Running running =
        start(
            PluginServer.builder(HANDSHAKE)
                .services(
                    2,
                    broker ->
                        List.of(Words.service(text -> text + Thread.currentThread().isVirtual()))));
    assertThat(Words.say(dial(running), "virtual: ")).isEqualTo("virtual: true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "throw:no disk         | INTERNAL       | no disk",
        "throw-nothing         | INTERNAL       | java.lang.IllegalStateException",
        "throw-checked:no net  | INTERNAL       | no net",
        "throw-error:too deep  | INTERNAL       | too deep",
        "refuse:seen before    | ALREADY_EXISTS | seen before",
      })
  void what_a_handler_throws_becomes_an_answer_and_the_next_call_works(
      String text, Status.Code code, String message) {
    ManagedChannel channel = dial(start(PluginServer.builder(HANDSHAKE)));
    Status status =
        catchThrowableOfType(StatusRuntimeException.class, () -> Words.say(channel, text))
            .getStatus();
    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getDescription()).isEqualTo(message);
    assertThat(Words.say(channel, "hello")).isEqualTo("you said hello");
  }

  @Test
  void a_handler_is_interrupted_when_its_call_runs_out_of_time() throws Exception {
    ManagedChannel channel = dial(start(PluginServer.builder(HANDSHAKE)));
    for (int millis = 100; entered.getCount() > 0; millis *= 2) { // until it comes so far in time
      Duration deadline = Duration.ofMillis(millis);
      assertThatThrownBy(() -> Words.say(channel, "wait", deadline))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("DEADLINE_EXCEEDED");
    }
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_handler_is_interrupted_when_its_caller_gives_up() throws Exception {
    ManagedChannel channel = dial(start(PluginServer.builder(HANDSHAKE)));
    Future<String> call =
        ClientCalls.futureUnaryCall(channel.newCall(Words.SAY, CallOptions.DEFAULT), "wait");
    entered.await();
    assertThat(call.cancel(true)).isTrue();
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Words.say(channel, "hello")).isEqualTo("you said hello");
  }

  @Test
  void a_request_over_the_bound_is_refused_with_both_sizes() {
    ManagedChannel channel = dial(start(PluginServer.builder(HANDSHAKE).maxMessage(100)));
    assertThatThrownBy(() -> Words.say(channel, "x".repeat(101)))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("RESOURCE_EXHAUSTED")
        .hasMessageContaining("100")
        .hasMessageContaining("101");
    assertThat(Words.say(channel, "x".repeat(100))).startsWith("you said xxx");
  }

  @ParameterizedTest
  @CsvSource({"plugin, true, SERVING", "'', true, SERVING", "plugin, false, NOT_SERVING"})
  void health_is_what_the_plugin_says(String service, boolean well, ServingStatus status) {
    healthy.set(well);
    assertThat(check(dial(start(PluginServer.builder(HANDSHAKE))), service).getStatus())
        .isEqualTo(status);
  }

  @Test
  void health_of_a_plugin_whose_own_check_fails_is_bad() {
    PluginServer.Builder broken =
        PluginServer.builder(HANDSHAKE).services(Words.service(text -> text));
    PluginServer.Running running =
        broken
            .health(
                () -> {
                  throw new IllegalStateException("no idea");
                })
            .build()
            .start(environment());
    open.add(running);
    assertThat(check(dial(running), "plugin").getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void health_of_an_unknown_service_is_not_found() {
    ManagedChannel channel = dial(start(PluginServer.builder(HANDSHAKE)));
    assertThatThrownBy(() -> check(channel, "nobody"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("NOT_FOUND: no service \"nobody\"; ask for \"plugin\"");
  }

  @Test
  void who_watches_health_is_told_of_changes() {
    ManagedChannel channel = dial(start(PluginServer.builder(HANDSHAKE)));
    Iterator<HealthCheckResponse> answers =
        HealthGrpc.newBlockingStub(channel)
            .watch(HealthCheckRequest.newBuilder().setService("plugin").build());
    assertThat(answers.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    healthy.set(false);
    assertThat(answers.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void who_watches_health_that_cannot_be_told_is_told_of_no_health() {
    PluginServer.Running running =
        PluginServer.builder(HANDSHAKE)
            .services(Words.service(this::answer))
            .health(
                () -> {
                  throw new NoClassDefFoundError("its/Driver");
                })
            .build()
            .start(environment());
    open.add(running);
    Iterator<HealthCheckResponse> answers =
        HealthGrpc.newBlockingStub(dial(running))
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .watch(HealthCheckRequest.newBuilder().setService("plugin").build());
    assertThat(answers.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  private static HealthCheckResponse check(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build());
  }

  @Test
  void shutdown_lets_calls_in_flight_finish_and_takes_no_more() throws Exception {
    PluginServer.Running running = start(PluginServer.builder(HANDSHAKE).grace(LONG));
    ManagedChannel channel = dial(running);
    CompletableFuture<String> call =
        CompletableFuture.supplyAsync(() -> Words.say(channel, "wait"));
    entered.await();
    shutdown(channel);
    assertThat(running.awaitStopped(Duration.ofMillis(100))).isFalse();
    ManagedChannel second = dial(running);
    assertThatThrownBy(() -> Words.say(second, "hello"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("UNAVAILABLE");
    go.countDown();
    assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("waited");
    assertThat(running.awaitStopped(LONG)).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shutdown_cuts_calls_that_outlast_the_grace() throws Exception {
    PluginServer.Running running =
        start(PluginServer.builder(HANDSHAKE).grace(Duration.ofMillis(50)));
    ManagedChannel channel = dial(running);
    CompletableFuture<String> call =
        CompletableFuture.supplyAsync(() -> Words.say(channel, "wait"));
    entered.await();
    shutdown(channel);
    assertThat(running.awaitStopped(LONG)).isTrue();
    assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatusRuntimeException.class);
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closing_twice_and_from_several_threads_ends_once() throws Exception {
    PluginServer.Running running = start(PluginServer.builder(HANDSHAKE));
    List<CompletableFuture<Void>> closers = new ArrayList<>();
    for (int closer = 0; closer < 4; closer++) {
      closers.add(CompletableFuture.runAsync(running::close));
    }
    for (CompletableFuture<Void> closer : closers) {
      closer.get(20, TimeUnit.SECONDS);
    }
    assertThat(running.awaitStopped(Duration.ZERO)).isTrue();
  }

  private static void shutdown(ManagedChannel channel) {
    GRPCControllerGrpc.newBlockingStub(channel)
        .shutdown(dev.cvt.goplugin.wire.Empty.getDefaultInstance());
  }

  @Test
  void prints_reach_the_host_in_order_those_before_it_listened_and_the_last_ones_included()
      throws Exception {
    PluginServer.Running running = start(PluginServer.builder(HANDSHAKE));
    running.stdout().write("early\n".getBytes(UTF_8));
    Iterator<StdioData> stream =
        GRPCStdioGrpc.newBlockingStub(dial(running)).streamStdio(Empty.getDefaultInstance());
    assertThat(text(stream.next())).isEqualTo("STDOUT early\n");
    running.stderr().write("oops\n".getBytes(UTF_8));
    assertThat(text(stream.next())).isEqualTo("STDERR oops\n");
    running.stdout().write("last".getBytes(UTF_8));
    running.close();
    assertThat(text(stream.next())).isEqualTo("STDOUT last");
    assertThat(stream.hasNext()).isFalse();
  }

  @Test
  void prints_that_one_host_did_not_take_go_to_the_next() throws Exception {
    PluginServer.Running running = start(PluginServer.builder(HANDSHAKE));
    ManagedChannel first = running.dial();
    Iterator<StdioData> stream =
        GRPCStdioGrpc.newBlockingStub(first).streamStdio(Empty.getDefaultInstance());
    running.stdout().write("one".getBytes(UTF_8));
    assertThat(text(stream.next())).isEqualTo("STDOUT one");
    first.shutdownNow();
    assertThat(first.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    Iterator<StdioData> second =
        GRPCStdioGrpc.newBlockingStub(dial(running)).streamStdio(Empty.getDefaultInstance());
    // Until the plugin has noticed that the first is gone, it may hand it a chunk.
    CompletableFuture<String> next = CompletableFuture.supplyAsync(() -> text(second.next()));
    while (!next.isDone()) {
      running.stdout().write("two".getBytes(UTF_8));
      Thread.onSpinWait();
    }
    assertThat(next.get(20, TimeUnit.SECONDS)).startsWith("STDOUT two");
  }

  private static String text(StdioData data) {
    return data.getChannel() + " " + data.getData().toStringUtf8();
  }

  @Test
  void the_broker_announces_what_the_plugin_serves_and_dials_what_the_host_serves()
      throws Exception {
    CompletableFuture<Broker> plugins = new CompletableFuture<>();
    PluginServer.Running running =
        start(
            PluginServer.builder(HANDSHAKE)
                .services(
                    2,
                    broker -> {
                      plugins.complete(broker);
                      return List.of(Words.service(text -> text));
                    }));
    PluginServer.Running host = start(PluginServer.builder(HANDSHAKE));
    BlockingQueue<ConnInfo> announced = new LinkedBlockingQueue<>();
    StreamObserver<ConnInfo> toPlugin =
        GRPCBrokerGrpc.newStub(dial(running))
            .startStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ConnInfo info) {
                    announced.add(info);
                  }

                  @Override
                  public void onError(Throwable thrown) {}

                  @Override
                  public void onCompleted() {}
                });
    Broker broker = plugins.get(20, TimeUnit.SECONDS);

    try (Broker.Serving serving =
        broker.serve(7, List.of(Words.service(text -> "seven " + text)))) {
      ConnInfo info = announced.poll(20, TimeUnit.SECONDS);
      assertThat(info).isNotNull();
      assertThat(info.getServiceId()).isEqualTo(serving.id());
      assertThat(info.getNetwork()).isEqualTo("unix");
      assertThat(Path.of(info.getAddress())).exists().hasParent(folder);
    }

    toPlugin.onNext(
        ConnInfo.newBuilder()
            .setServiceId(9)
            .setNetwork("unix")
            .setAddress(host.line().split("\\|", -1)[3])
            .build());
    ManagedChannel back = broker.dial(9, LONG);
    assertThat(Words.say(back, "hello")).isEqualTo("you said hello");
    back.shutdownNow();
  }
}
