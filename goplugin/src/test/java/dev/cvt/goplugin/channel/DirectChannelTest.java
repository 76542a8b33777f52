package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.channel.Asking.Ended;
import dev.cvt.goplugin.channel.Asking.Listening;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against grpc-java's own server, which tells by the user agent which way a call came. */
@Timeout(60)
class DirectChannelTest {
  private static final int MAX_INBOUND = 4 << 20;
  private static final Metadata.Key<String> AGENT = key("user-agent");
  private static final Metadata.Key<String> HINT = key("hint");
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("some-bin", Metadata.BINARY_BYTE_MARSHALLER);
  @TempDir Path folder;

  private final EventLoop loop = new EventLoop("test");
  private final CountDownLatch go = new CountDownLatch(1);
  private final CompletableFuture<Void> entered = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private Server server;
  private ManagedChannel general;
  private DirectChannel direct;

  /** How the host's side is secured, and the plugin's. */
  Optional<Security> host() {
    return Optional.empty();
  }

  Optional<Security> plugin() {
    return Optional.empty();
  }

  int largeAnswers() {
    return 40;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @BeforeEach
  void open() throws Exception {
    var address = UnixDomainSocketAddress.of(folder.resolve("s"));
    server =
        loop.server(address, plugin())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(MAX_INBOUND)
            .addService(
                ServerServiceDefinition.builder("test.Echo").addMethod(ASK, handler()).build())
            .build()
            .start();
    general = loop.channel(address, host(), MAX_INBOUND, () -> {}, new ClientTransportFilter() {});
    direct = loop.direct(address, host(), MAX_INBOUND, () -> general);
    direct.connect();
    direct.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    go.countDown();
    direct.close();
    general.shutdownNow();
    server.shutdownNow().awaitTermination();
    loop.close();
  }

  private ServerCallHandler<StringValue, StringValue> handler() {
    return (call, headers) -> {
      call.request(2);
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(StringValue message) {
          // Elsewhere, so that a cancellation is heard of meanwhile.
          Thread.startVirtualThread(() -> serve(call, headers, message.getValue()));
        }

        @Override
        public void onCancel() {
          cancelled.complete(null);
        }
      };
    };
  }

  private void serve(ServerCall<StringValue, StringValue> call, Metadata headers, String text) {
    var words = text.split(":", 2);
    var trailers = new Metadata();
    var answer =
        switch (words[0]) {
          case "agent" -> String.valueOf(headers.get(AGENT));
          case "big" -> "x".repeat(Integer.parseInt(words[1]));
          case "wait" -> {
            entered.complete(null);
            awaitGo();
            yield "waited";
          }
          default -> text;
        };
    if (words[0].equals("fail")) {
      trailers.put(HINT, "look elsewhere");
      trailers.put(BINARY, new byte[] {0, 1, -1, -2, 5});
      call.close(Status.NOT_FOUND.withDescription(words[1]), trailers);
      return;
    }
    call.sendHeaders(new Metadata());
    call.sendMessage(StringValue.of(answer));
    call.close(Status.OK, trailers);
  }

  private void awaitGo() {
    try {
      go.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ClientCall<StringValue, StringValue> begin(
      Channel channel, CallOptions options, String text, Listening listening) {
    return Asking.begin(channel, options, new Metadata(), text, listening);
  }

  private static Ended call(Channel channel, String text) throws Exception {
    return Asking.begin(channel, text).await();
  }

  private String agent(CallOptions options) throws Exception {
    var listening = new Listening();
    begin(direct, options, "agent", listening);
    return listening.await().text();
  }

  @Test
  void call_thatIsPlain_goesDirectly() throws Exception {
    assertThat(agent(CallOptions.DEFAULT)).isEqualTo("grpc-java-goplugin");
  }

  @Test
  void call_withATimer_goesTheGeneralWay() throws Exception {
    assertThat(agent(CallOptions.DEFAULT.withDeadlineAfter(LONG))).startsWith("grpc-java-netty");
    assertThat(agent(CallOptions.DEFAULT.withWaitForReady())).startsWith("grpc-java-netty");
  }

  @Test
  void call_withAnExecutor_isToldThere() throws Exception {
    var told = new CompletableFuture<Thread>();
    var listening =
        new Listening() {
          @Override
          public void onMessage(StringValue message) {
            told.complete(Thread.currentThread());
            super.onMessage(message);
          }
        };
    var mine = new CompletableFuture<Thread>();
    try (var threads = Executors.newSingleThreadExecutor()) {
      threads.execute(() -> mine.complete(Thread.currentThread()));
      begin(direct, CallOptions.DEFAULT.withExecutor(threads), "agent", listening);
      assertThat(listening.await().text()).isEqualTo("grpc-java-goplugin");
    }
    assertThat(told).isCompletedWithValue(mine.join());
  }

  @Test
  void call_withAnExecutorThatHasEnded_isToldAllTheSame() throws Exception {
    var threads = Executors.newSingleThreadExecutor();
    threads.close();
    assertThat(agent(CallOptions.DEFAULT.withExecutor(threads))).isEqualTo("grpc-java-goplugin");
  }

  @Test
  void call_ofABlockingStub_goesDirectly() {
    var answer =
        ClientCalls.blockingUnaryCall(direct, ASK, CallOptions.DEFAULT, StringValue.of("agent"));
    assertThat(answer.getValue()).isEqualTo("grpc-java-goplugin");
  }

  @Test
  void calls_ofManyThreads_getEachItsOwnAnswer() throws Exception {
    try (var threads = Executors.newFixedThreadPool(16)) {
      var all = new ArrayList<Future<?>>();
      for (int thread = 0; thread < 16; thread++) {
        int mine = thread;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    var text = "text " + mine + "/" + i + "y".repeat(mine * i % 5000);
                    assertThat(call(direct, text).text()).isEqualTo(text);
                  }
                  return null;
                }));
      }
      for (var each : all) {
        each.get();
      }
    }
    assertThat(agent(CallOptions.DEFAULT)).isEqualTo("grpc-java-goplugin");
  }

  @Test
  void answers_ofMegabytes_arriveWholeAndAgainAndAgain() throws Exception {
    for (int i = 0; i < largeAnswers(); i++) {
      assertThat(call(direct, "big:3000000").text()).hasSize(3_000_000);
    }
  }

  @Test
  void answer_thatIsTooLarge_failsItsCallAlone() throws Exception {
    var ended = call(direct, "big:5000000");
    assertThat(ended.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(ended.status().getDescription())
        .isEqualTo("gRPC message exceeds maximum size 4194304: 5000005");
    assertThat(agent(CallOptions.DEFAULT)).isEqualTo("grpc-java-goplugin");
  }

  @Test
  void request_thatIsTooLargeForOneFrame_goesTheGeneralWay() throws Exception {
    var text = "z".repeat(100_000);
    assertThat(call(direct, text).text()).isEqualTo(text);
  }

  @Test
  void failure_isTheSameOnBothWays() throws Exception {
    for (var channel : List.of(direct, general)) {
      var ended = call(channel, "fail:Straße 5 % \n");
      assertThat(ended.messages()).isEmpty();
      assertThat(ended.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(ended.status().getDescription()).isEqualTo("Straße 5 % \n");
      assertThat(ended.trailers().get(HINT)).isEqualTo("look elsewhere");
      assertThat(ended.trailers().get(BINARY)).containsExactly(0, 1, -1, -2, 5);
    }
  }

  /** Somebody's whole page of an error, say: hosts in Go take 16 MiB of it. */
  @Test
  void failure_withMuchToSay_isTold_onBothWays() throws Exception {
    var words = "much to say, ".repeat(4_000);
    for (var channel : List.of(direct, general)) {
      var ended = call(channel, "fail:" + words);
      assertThat(ended.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(ended.status().getDescription()).isEqualTo(words);
    }
  }

  @Test
  void method_thatIsUnknown_isUnimplemented() throws Exception {
    var unknown = ASK.toBuilder().setFullMethodName("test.Echo/Other").build();
    var listening = new Listening();
    var call = direct.newCall(unknown, CallOptions.DEFAULT);
    call.start(listening, new Metadata());
    call.request(2);
    call.sendMessage(StringValue.of(""));
    call.halfClose();
    assertThat(listening.await().status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void call_thatIsCancelled_endsHereAndThere() throws Exception {
    var listening = new Listening();
    var call = begin(direct, CallOptions.DEFAULT, "wait", listening);
    entered.get(LONG.toSeconds(), TimeUnit.SECONDS);
    call.cancel("no longer wanted", null);
    var status = listening.await().status();
    assertThat(status.getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(status.getDescription()).isEqualTo("no longer wanted");
    cancelled.get(LONG.toSeconds(), TimeUnit.SECONDS);
    go.countDown();
    assertThat(agent(CallOptions.DEFAULT)).isEqualTo("grpc-java-goplugin");
  }

  @Test
  void call_inFlightWhenTheServerShutsDown_isAnswered() throws Exception {
    var listening = new Listening();
    begin(direct, CallOptions.DEFAULT, "wait", listening);
    entered.get(LONG.toSeconds(), TimeUnit.SECONDS);
    server.shutdown();
    long deadline = System.nanoTime() + LONG.toNanos();
    // Until the news has come, a call that is made is answered as well, or refused unmade.
    while (call(direct, "x").status().isOk()) {
      assertThat(System.nanoTime()).as("it still answers").isLessThan(deadline);
    }
    go.countDown();
    assertThat(listening.await().text()).isEqualTo("waited");
  }

  @Test
  void call_inFlightWhenTheConnectionIsLost_isUnavailable() throws Exception {
    var listening = new Listening();
    begin(direct, CallOptions.DEFAULT, "wait", listening);
    entered.get(LONG.toSeconds(), TimeUnit.SECONDS);
    server.shutdownNow();
    assertThat(listening.await().status().getCode())
        .isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
  }
}
