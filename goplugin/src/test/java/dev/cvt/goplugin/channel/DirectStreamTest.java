package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.LONG;
import static dev.cvt.goplugin.channel.RawServer.answer;
import static dev.cvt.goplugin.channel.RawServer.field;
import static dev.cvt.goplugin.channel.RawServer.frame;
import static dev.cvt.goplugin.channel.RawServer.message;
import static dev.cvt.goplugin.channel.RawServer.number;
import static dev.cvt.goplugin.channel.RawServer.trailers;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.channel.Asking.Listening;
import dev.cvt.goplugin.channel.RawServer.Script;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The streams that a host keeps open. */
@Timeout(120)
class DirectStreamTest {
  private static final MethodDescriptor<StringValue, StringValue> TALK =
      Asking.method("Talk", MethodType.BIDI_STREAMING);

  @TempDir Path folder;

  private final EventLoop loop = new EventLoop("test");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final Listening listening =
      new Listening() {
        @Override
        public void onMessage(StringValue message) {
          heard.add(message.getValue());
        }
      };

  @AfterEach
  void close() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
    loop.close();
  }

  private DirectChannel channel(Script script) throws Exception {
    var server = new RawServer(folder.resolve("s"), script);
    open.add(server);
    var channel = loop.direct(server.address, Optional.empty(), 4 << 20);
    open.add(channel);
    channel.connect();
    channel.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
    return channel;
  }

  private ClientCall<StringValue, StringValue> start(DirectChannel channel) {
    var stream =
        channel.newCall(TALK, CallOptions.DEFAULT.withOption(DirectChannel.asItComes(), true));
    assertThat(stream).isInstanceOf(DirectStream.class);
    stream.start(listening, new Metadata());
    return stream;
  }

  private String next() throws InterruptedException {
    return heard.poll(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** The next frame of that type. */
  private static RawServer.Frame hear(RawServer.Talk talk, int type) throws java.io.IOException {
    while (true) {
      var frame = talk.hear();
      if (frame.type() == type) {
        return frame;
      }
    }
  }

  @Test
  void messages_areTakenAsTheyComeAndTheEndIsTold() throws Exception {
    var channel =
        channel(
            talk -> {
              int stream = hear(talk, Http2.HEADERS).stream();
              talk.say(answer(stream), message(stream, "one"), message(stream, "two"));
              var said = hear(talk, Http2.DATA);
              talk.say(
                  message(stream, "heard " + said.payload().length),
                  trailers(stream, field("grpc-status", "5"), field("grpc-message", "enough")));
              talk.hearAll();
            });
    var stream = start(channel);
    assertThat(next()).isEqualTo("one");
    assertThat(next()).isEqualTo("two");
    stream.sendMessage(StringValue.of("abc"));
    assertThat(next()).isEqualTo("heard 10");
    var status = listening.await().status();
    assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND);
    assertThat(status.getDescription()).isEqualTo("enough");
  }

  @Test
  void messages_waitInTheirOrderForTheWindows() throws Exception {
    int each = 5 + 2 + 100; // a message of 100 characters
    var known = new CompletableFuture<Void>();
    var early = new CompletableFuture<Integer>();
    var sizes = new LinkedBlockingQueue<Integer>();
    var channel =
        channel(
            talk -> {
              // So much that three fit.
              talk.say(settings(Http2.INITIAL_WINDOW_SIZE, 3 * each + 10));
              for (int answered = 0; answered < 2; ) { // to this, and to the empty ones before
                answered += hear(talk, Http2.SETTINGS).flags() & Http2.ACK;
              }
              known.complete(null);
              int stream = hear(talk, Http2.HEADERS).stream();
              for (int i = 0; i < 3; i++) {
                sizes.add(hear(talk, Http2.DATA).payload().length);
              }
              // Whatever is sent besides would come before the answer to this.
              talk.say(frame(Http2.SETTINGS, 0, 0));
              var other = talk.hear();
              early.complete(other.type());
              talk.say(frame(Http2.WINDOW_UPDATE, 0, stream, number(2 * each)));
              for (int i = 0; i < 2; i++) {
                sizes.add(hear(talk, Http2.DATA).payload().length);
              }
              var last = hear(talk, Http2.DATA);
              sizes.add(-last.flags());
              talk.hearAll();
            });
    known.get(LONG.toSeconds(), TimeUnit.SECONDS);
    var stream = start(channel);
    for (int i = 0; i < 5; i++) {
      stream.sendMessage(StringValue.of("x".repeat(100)));
    }
    stream.halfClose();
    for (int i = 0; i < 5; i++) {
      assertThat(sizes.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(each);
    }
    assertThat(early).isCompletedWithValue(Http2.SETTINGS);
    assertThat(sizes.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(-Http2.END_STREAM);
  }

  private static byte[] settings(int name, int value) {
    return frame(
        Http2.SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) name).putInt(value).array());
  }

  @Test
  void stream_thatIsCancelled_isReset() throws Exception {
    var reset = new CompletableFuture<Integer>();
    var channel =
        channel(
            talk -> {
              talk.say(answer(hear(talk, Http2.HEADERS).stream()));
              reset.complete(hear(talk, Http2.RST_STREAM).stream());
              talk.hearAll();
            });
    start(channel).cancel("no longer wanted", null);
    assertThat(listening.await().status().getCode()).isEqualTo(Code.CANCELLED);
    assertThat(reset.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void stream_thatCannotBeOpened_ends() throws Exception {
    var channel =
        channel(
            talk -> {
              talk.say(settings(Http2.MAX_CONCURRENT_STREAMS, 0));
              talk.hearAll();
            });
    Asking.await(
        "the limit is known",
        () -> {
          var fresh = new Listening();
          var stream =
              channel.newCall(
                  TALK, CallOptions.DEFAULT.withOption(DirectChannel.asItComes(), true));
          stream.start(fresh, new Metadata());
          stream.cancel("tried", null);
          try {
            return fresh.await().status().getCode() == Code.UNAVAILABLE;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void stream_whoseConnectionIsLost_isUnavailable() throws Exception {
    var channel =
        channel(
            talk -> {
              int stream = hear(talk, Http2.HEADERS).stream();
              talk.say(answer(stream), message(stream, "one"));
              talk.hangUp();
            });
    start(channel);
    assertThat(next()).isEqualTo("one");
    assertThat(listening.await().status().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(channel.lost()).isDone();
  }

  @Test
  void message_thatIsNone_endsTheStreamAlone() throws Exception {
    var channel =
        channel(
            talk -> {
              int stream = hear(talk, Http2.HEADERS).stream();
              talk.say(
                  answer(stream), frame(Http2.DATA, 0, stream, new byte[] {0, 0, 0, 0, 2, 10, 50}));
              talk.hearAll();
            });
    start(channel);
    assertThat(listening.await().status().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void trailers_thatAreNoBase64_endTheStream() throws Exception {
    var channel =
        channel(
            talk -> {
              int stream = hear(talk, Http2.HEADERS).stream();
              talk.say(
                  answer(stream),
                  trailers(stream, field("grpc-status", "0"), field("some-bin", "!!!")));
              talk.hearAll();
            });
    start(channel);
    assertThat(listening.await().status().getCode()).isEqualTo(Code.INTERNAL);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void messages_afterTheEnd_areNotSent() throws Exception {
    var after = new CompletableFuture<RawServer.Frame>();
    var channel =
        channel(
            talk -> {
              int stream = hear(talk, Http2.HEADERS).stream();
              talk.say(answer(stream), trailers(stream, field("grpc-status", "12")));
              // What is asked for next is the other stream, unless there is more on this one.
              while (!after.isDone()) {
                var frame = talk.hear();
                if (frame.type() == Http2.DATA || frame.type() == Http2.HEADERS) {
                  after.complete(frame);
                }
              }
              talk.hearAll();
            });
    var stream = start(channel);
    assertThat(listening.await().status().getCode()).isEqualTo(Code.UNIMPLEMENTED);
    stream.sendMessage(StringValue.of("late"));
    stream.halfClose();
    Asking.begin(channel, "q");
    assertThat(after.get(LONG.toSeconds(), TimeUnit.SECONDS).type()).isEqualTo(Http2.HEADERS);
  }
}
