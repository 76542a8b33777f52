package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static dev.cvt.goplugin.channel.Asking.await;
import static dev.cvt.goplugin.channel.RawServer.all;
import static dev.cvt.goplugin.channel.RawServer.answer;
import static dev.cvt.goplugin.channel.RawServer.field;
import static dev.cvt.goplugin.channel.RawServer.frame;
import static dev.cvt.goplugin.channel.RawServer.good;
import static dev.cvt.goplugin.channel.RawServer.message;
import static dev.cvt.goplugin.channel.RawServer.number;
import static dev.cvt.goplugin.channel.RawServer.text;
import static dev.cvt.goplugin.channel.RawServer.trailers;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Supplier;
import com.google.protobuf.StringValue;
import dev.cvt.goplugin.channel.Asking.Ended;
import dev.cvt.goplugin.channel.Asking.Listening;
import dev.cvt.goplugin.channel.RawServer.Script;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Direct calls to a plugin that means harm: each ends, and no other plugin notices. */
@Timeout(120)
class HostilePluginTest {
  @TempDir Path folder;

  private final EventLoop loop = new EventLoop("test");
  private final Elsewhere elsewhere = new Elsewhere();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    loop.close();
  }

  /** The general channel: tells that a call has come, and how often. */
  private static final class Elsewhere extends ManagedChannel {
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      return new ClientCall<>() {
        private Listener<R> listener;

        @Override
        public void start(Listener<R> mine, Metadata headers) {
          listener = mine;
        }

        @Override
        public void request(int count) {}

        @Override
        public void cancel(String why, Throwable cause) {
          listener.onClose(Status.CANCELLED, new Metadata());
        }

        @Override
        public void halfClose() {
          calls.incrementAndGet();
          listener.onClose(Status.ABORTED.withDescription("elsewhere"), new Metadata());
        }

        @Override
        public void sendMessage(Q message) {}
      };
    }

    @Override
    public String authority() {
      return "elsewhere";
    }

    @Override
    public ManagedChannel shutdown() {
      return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
      return this;
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }

  private RawServer server(Script script) throws IOException {
    var server = new RawServer(folder.resolve("s" + open.size()), script);
    open.add(server);
    return server;
  }

  /** A channel whose connection takes calls. */
  private DirectChannel channel(RawServer server) throws Exception {
    return channel(server, () -> elsewhere);
  }

  private DirectChannel channel(RawServer server, Supplier<ManagedChannel> general)
      throws Exception {
    return ready(loop.direct(server.address, Optional.empty(), 4 << 20, general));
  }

  private DirectChannel ready(DirectChannel direct) throws Exception {
    open.add(direct);
    direct.connect();
    direct.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
    return direct;
  }

  private static boolean isDirect(DirectChannel channel) {
    return channel.newCall(ASK, CallOptions.DEFAULT) instanceof DirectCall;
  }

  private static Listening begin(DirectChannel channel) {
    return Asking.begin(channel, "q");
  }

  private static void begin(DirectChannel channel, Metadata fields, Listening listening) {
    Asking.begin(channel, CallOptions.DEFAULT, fields, "q", listening);
  }

  private Ended answered(Script script) throws Exception {
    return begin(channel(server(script))).await();
  }

  private static void echoes(RawServer.Talk talk) throws IOException {
    while (true) {
      talk.say(good(talk.request(), "fine"));
    }
  }

  @Test
  void trailers_thatAreNoBase64_failTheirCallAlone() throws Exception {
    var channel =
        channel(
            server(
                talk -> {
                  int first = talk.request();
                  int second = talk.request();
                  talk.say(
                      answer(first),
                      message(first, "x"),
                      trailers(first, field("grpc-status", "0"), field("some-bin", "!!!")),
                      good(second, "fine"));
                  talk.hearAll();
                }));
    var bad = begin(channel);
    var other = begin(channel);
    assertThat(bad.await().status().getCode()).isEqualTo(Code.INTERNAL);
    assertThat(other.await().messages()).containsExactly("fine");
  }

  @Test
  void headers_thatAreTooLong_failTheirCallAlone() throws Exception {
    byte[] remembered = all(new byte[] {0x40}, text("x"), text("y".repeat(3000)));
    byte[] andAgain = new byte[AnswerHeaders.MOST / 3000];
    Arrays.fill(andAgain, (byte) 0xBE); // what was remembered last
    var channel =
        channel(
            server(
                talk -> {
                  int first = talk.request();
                  int second = talk.request();
                  talk.say(
                      trailers(first, field("grpc-status", "0"), remembered, andAgain),
                      good(second, "fine"));
                  talk.hearAll();
                }));
    var bad = begin(channel);
    var other = begin(channel);
    assertThat(bad.await().status().getCode()).isNotEqualTo(Code.OK);
    assertThat(other.await().messages()).containsExactly("fine");
  }

  @Test
  void listener_thatThrows_harmsNobodyElse() throws Exception {
    var go = new CountDownLatch(1);
    var channel =
        channel(
            server(
                talk -> {
                  int first = talk.request();
                  int second = talk.request();
                  talk.say(good(first, "x"));
                  go.await();
                  talk.say(good(second, "fine"));
                  talk.hearAll();
                }));
    var told = new CompletableFuture<Void>();
    begin(
        channel,
        new Metadata(),
        new Listening() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            told.complete(null);
            throw new IllegalStateException("from a listener of the test");
          }
        });
    var other = begin(channel);
    told.get(LONG.toSeconds(), TimeUnit.SECONDS);
    go.countDown();
    assertThat(other.await().messages()).containsExactly("fine");
  }

  @Test
  void listener_thatThrowsAnError_leavesTheThreadAlive() throws Exception {
    var bad = channel(server(HostilePluginTest::echoes));
    var other = channel(server(HostilePluginTest::echoes));
    begin(
        bad,
        new Metadata(),
        new Listening() {
          @Override
          public void onMessage(StringValue message) {
            throw new AssertionError("from a listener of the test");
          }
        });
    assertThat(begin(other).await().messages()).containsExactly("fine");
    assertThat(begin(other).await().messages()).containsExactly("fine");
  }

  @Test
  void plugin_thatFloods_keepsNoOtherWaiting() throws Exception {
    byte[] much = new byte[0];
    for (int i = 0; i < 4; i++) {
      much = RawServer.all(much, frame(Http2.DATA, 0, 999, new byte[16_384]));
    }
    byte[] flood = RawServer.all(much, much, much, much);
    var flowing = new CountDownLatch(100);
    var bad =
        channel(
            server(
                talk -> {
                  while (true) {
                    talk.say(flood);
                    flowing.countDown();
                  }
                }));
    var other = channel(server(HostilePluginTest::echoes));
    assertThat(flowing.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(begin(other).await().messages()).containsExactly("fine");
    }
    assertThat(isDirect(bad)).isTrue();
  }

  @Test
  void plugin_thatAsksWithoutReading_isCutOff() throws Exception {
    byte[] ping = frame(Http2.PING, 0, 0, new byte[8]);
    byte[] settings = frame(Http2.SETTINGS, 0, 0);
    for (byte[] each : List.of(ping, settings)) {
      byte[] once = each;
      for (int i = 0; i < 12; i++) {
        once = RawServer.all(once, once);
      }
      byte[] flood = once;
      var cut = new CompletableFuture<Void>();
      channel(
          server(
              talk -> {
                try {
                  while (true) {
                    talk.say(flood);
                  }
                } catch (IOException e) {
                  cut.complete(null);
                }
              }));
      cut.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void loop_thatIsClosed_endsCallsInFlight() throws Exception {
    var channel = channel(server(RawServer.Talk::hearAll));
    var waiting = begin(channel);
    loop.close();
    assertThat(waiting.await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(begin(channel).await().status().getCode()).isEqualTo(Code.ABORTED);
  }

  @Test
  void connection_thatIsLost_endsCallsInFlight() throws Exception {
    var status = answered(RawServer.Talk::request).status();
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("the connection was lost");
  }

  @Test
  void goAway_withoutCalls_closesTheConnection() throws Exception {
    var closed = new CompletableFuture<Void>();
    var server =
        server(
            talk -> {
              if (talk.request() == 1) {
                talk.say(good(1, "fine"), frame(Http2.GOAWAY, 0, 0, number(1), number(0)));
              }
              try {
                talk.hearAll();
              } catch (IOException e) {
                closed.complete(null);
              }
            });
    var channel = channel(server);
    assertThat(begin(channel).await().messages()).containsExactly("fine");
    closed.get(LONG.toSeconds(), TimeUnit.SECONDS);
    await("another connection", () -> isDirect(channel) && server.connections() == 2);
  }

  @Test
  void goAway_withCalls_answersThoseThatWereSeenAndMovesTheOthers() throws Exception {
    var channel =
        channel(
            server(
                talk -> {
                  int first = talk.request();
                  talk.request();
                  talk.say(
                      frame(Http2.GOAWAY, 0, 0, number(first), number(0)), good(first, "fine"));
                  talk.hearAll();
                }));
    var first = begin(channel);
    var second = begin(channel);
    assertThat(first.await().messages()).containsExactly("fine");
    assertThat(second.await().status().getDescription()).isEqualTo("elsewhere");
    assertThat(elsewhere.calls).hasValue(1);
  }

  @Test
  void reset_movesACallOnlyIfItWasNotMade() throws Exception {
    assertThat(reset(Http2.REFUSED_STREAM)).isEqualTo(Code.ABORTED);
    assertThat(elsewhere.calls).hasValue(1);
    assertThat(reset(Http2.CANCEL)).isEqualTo(Code.CANCELLED);
    assertThat(reset(Http2.ENHANCE_YOUR_CALM)).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(reset(0)).isEqualTo(Code.INTERNAL);
    assertThat(elsewhere.calls).hasValue(1);
  }

  private Code reset(int reason) throws Exception {
    return answered(
            talk -> {
              talk.say(frame(Http2.RST_STREAM, 0, talk.request(), number(reason)));
              talk.hearAll();
            })
        .status()
        .getCode();
  }

  @Test
  void answer_thatIsNotGrpcs_isToldByItsHttpStatus() throws Exception {
    assertThat(
            answered(
                    talk -> {
                      int stream = talk.request();
                      talk.say(
                          frame(
                              Http2.HEADERS,
                              RawServer.ANSWER,
                              stream,
                              field(":status", "503"),
                              field("content-type", "text/html")),
                          frame(Http2.DATA, Http2.END_STREAM, stream, "<html>".getBytes("ASCII")));
                      talk.hearAll();
                    })
                .status()
                .getCode())
        .isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void caller_thatIsInterrupted_harmsNobodyElse() throws Exception {
    var channel = channel(server(HostilePluginTest::echoes));
    Thread.currentThread().interrupt();
    var mine = begin(channel);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(mine.await().messages()).containsExactly("fine");
    assertThat(begin(channel).await().messages()).containsExactly("fine");
    assertThat(elsewhere.calls).hasValue(0);
  }

  @Test
  void fields_thatNeedEncoding_goTheGeneralWay() throws Exception {
    var channel = channel(server(HostilePluginTest::echoes));
    var binary = new Metadata();
    binary.put(Metadata.Key.of("some-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {0});
    var large = new Metadata();
    large.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "y".repeat(20_000));
    var odd = new Metadata();
    odd.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "a\nb");
    for (var fields : List.of(binary, large, odd)) {
      var listening = new Listening();
      begin(channel, fields, listening);
      assertThat(listening.await().status().getCode()).isEqualTo(Code.ABORTED);
    }
    assertThat(begin(channel).await().messages()).containsExactly("fine");
  }

  @Test
  void call_thatIsCancelledBeforeItIsWhole_isNotSent() throws Exception {
    var first = new CompletableFuture<Integer>();
    var channel =
        channel(
            server(
                talk -> {
                  int stream = talk.request();
                  first.complete(stream);
                  talk.say(good(stream, "fine"));
                  talk.hearAll();
                }));
    var call = channel.newCall(ASK, CallOptions.DEFAULT);
    var listening = new Listening();
    call.start(listening, new Metadata());
    call.request(2);
    call.sendMessage(StringValue.of("never"));
    call.cancel("no longer wanted", null);
    call.halfClose();
    assertThat(listening.await().status().getCode()).isEqualTo(Code.CANCELLED);
    assertThat(begin(channel).await().messages()).containsExactly("fine");
    assertThat(first).isCompletedWithValue(1);
  }

  @Test
  void connections_openedAndLostAgainAndAgain_leaveNoDescriptor() throws Exception {
    var server = server(RawServer.Talk::request);
    begin(channel(server)).await();
    long before = descriptors();
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(begin(channel(server)).await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
    }
    await("descriptors closed", () -> descriptors() <= before + 10);
  }

  private static long descriptors() {
    return Optional.ofNullable(new File("/dev/fd").list()).orElseThrow().length;
  }

  private static final int ROUNDS = Integer.getInteger("hostile.rounds", 100);

  /** Whatever comes: each call ends when the connection does, and the thread goes on. */
  @Test
  void frames_atRandom_leaveNoCallWaiting() throws Exception {
    var seeds = new AtomicInteger();
    var server =
        server(
            talk -> {
              var random = new Random(seeds.getAndIncrement());
              for (int i = 0; i < 4; i++) {
                talk.request();
              }
              var noise = new RandomFrames(random);
              for (int i = random.nextInt(60); i > 0; i--) {
                talk.say(noise.next());
              }
            });
    for (int i = 0; i < ROUNDS; i++) {
      var channel = channel(server);
      var calls = new ArrayList<Listening>();
      for (int each = 0; each < 4; each++) {
        calls.add(begin(channel));
      }
      for (var each : calls) {
        assertThat(each.await()).as("seed " + i).isNotNull();
      }
      channel.close();
    }
    var other = channel(server(HostilePluginTest::echoes));
    assertThat(begin(other).await().messages()).containsExactly("fine");
  }

  @Test
  void plugin_thatSaysGoodbyeAndNeverAnswers_isCutOffByClosing() throws Exception {
    var gone = new CountDownLatch(1);
    var server =
        server(
            talk -> {
              int first = talk.request();
              talk.say(frame(Http2.GOAWAY, 0, 0, number(first), number(0)));
              try {
                talk.hearAll();
              } catch (IOException e) {
                gone.countDown();
              }
            });
    var channel = channel(server);
    var call = begin(channel);
    await("another connection", () -> isDirect(channel) && server.connections() == 2);
    channel.close();
    assertThat(gone.await(10, TimeUnit.SECONDS)).as("the first connection is closed").isTrue();
    assertThat(call.await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void connection_whoseNumbersAreUsedUp_isNotTakenForLost() throws Exception {
    var server = server(HostilePluginTest::echoes);
    var channel = channel(server);
    useUp(channel);
    assertThat(begin(channel).await().messages()).containsExactly("fine");
    await("another connection", () -> isDirect(channel) && server.connections() == 2);
    assertThat(begin(channel).await().messages()).containsExactly("fine");
    assertThat(channel.lost()).isNotDone();
  }

  /** As after a thousand million calls. */
  private static void useUp(DirectChannel channel) throws ReflectiveOperationException {
    var connection = channel.connection();
    var streams = DirectConnection.class.getDeclaredField("streams");
    streams.setAccessible(true);
    var next = OpenStreams.class.getDeclaredField("next");
    next.setAccessible(true);
    next.setInt(streams.get(connection), Integer.MAX_VALUE - 2);
  }

  @Test
  void call_afterItsLoopIsClosed_isUnavailable() throws Exception {
    var server = server(HostilePluginTest::echoes);
    var channel = ready(loop.direct(server.address, Optional.empty(), 4 << 20));
    loop.close();
    channel.lost().get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(begin(channel).await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void call_thatIsRefusedWhenItsLoopIsClosed_isUnavailable() throws Exception {
    var go = new CountDownLatch(1);
    var server =
        server(
            talk -> {
              int stream = talk.request();
              go.await();
              talk.say(frame(Http2.RST_STREAM, 0, stream, number(Http2.REFUSED_STREAM)));
              talk.hearAll();
            });
    var channel =
        channel(
            server,
            () -> {
              throw new IllegalStateException("as a loop says that is closed");
            });
    var call = begin(channel);
    go.countDown();
    assertThat(call.await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void callsToADeadPlugin_failAtOnce_andOpenNothing() throws Exception {
    var server = server(HostilePluginTest::echoes);
    var channel =
        channel(
            server,
            () -> {
              throw new AssertionError("grpc-java is not needed here");
            });
    assertThat(begin(channel).await().text()).isEqualTo("fine");
    server.close();
    await("nobody there", () -> !channel.isOpen() && isRefused(server.address));
    var withTimer = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS);
    for (var options : List.of(CallOptions.DEFAULT, withTimer)) {
      var listening = new Listening();
      Asking.begin(channel, options, new Metadata(), "q", listening);
      assertThat(listening.await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
    }
    channel.close();
    assertThat(begin(channel).await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void handshakeWithOneThatIsSilent_endsWhereTheChannelCloses() throws Exception {
    var address = UnixDomainSocketAddress.of(folder.resolve("s"));
    var first = loop.server(address, Trusting.plugin()).build().start();
    var channel = ready(loop.direct(address, Trusting.host(), 4 << 20, () -> elsewhere));
    first.shutdownNow().awaitTermination();
    await("its loss", () -> channel.lost().isDone());
    Files.deleteIfExists(folder.resolve("s"));
    try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
      assertThat(channel.connection()).isNull(); // which has another made
      try (var connection = silent.accept()) {
        var hello = ByteBuffer.allocate(1 << 14);
        assertThat(connection.read(hello)).isPositive();
        long before = System.nanoTime();
        channel.close();
        while (connection.read(hello.clear()) >= 0) {
          // what was on its way
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before))
            .isLessThan(TlsWire.PATIENCE.dividedBy(2));
      }
    }
  }

  @Test
  void callThatEndsAfterItsPoller_isTold() throws Exception {
    var poller = new Poller("ended");
    poller.close();
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      var wire = new Wire.Plain(socket);
      var connection =
          new DirectConnection(wire, "test", poller, new Buffers(), new DirectChannel.Reopened());
      var call =
          new DirectCall<>(
              () -> elsewhere, connection, ASK, CallOptions.DEFAULT, Integer.MAX_VALUE);
      var listening = new Listening();
      call.start(listening, new Metadata());
      call.end(Status.UNAVAILABLE); // as whoever reads says who comes last
      assertThat(listening.isTold()).isTrue();
    }
  }

  private static boolean isRefused(UnixDomainSocketAddress address) {
    try {
      Wire.connect(address).close();
      return false;
    } catch (IOException e) {
      return LostConnection.isNobodyThere(e);
    }
  }
}
