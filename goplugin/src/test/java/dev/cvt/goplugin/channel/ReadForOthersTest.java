package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.ASK;
import static dev.cvt.goplugin.channel.Asking.LONG;
import static dev.cvt.goplugin.channel.RawServer.frame;
import static dev.cvt.goplugin.channel.RawServer.good;
import static dev.cvt.goplugin.channel.RawServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.cvt.goplugin.BlockingCall;
import dev.cvt.goplugin.channel.Asking.Listening;
import dev.cvt.goplugin.channel.RawServer.Script;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers who read the connection read more than their own answers. */
@Timeout(120)
class ReadForOthersTest {
  private static final MethodDescriptor<StringValue, StringValue> TALK =
      Asking.method("Talk", MethodType.BIDI_STREAMING);

  /** Longer than anything takes, and shorter than what keeps a thread busy. */
  private static final Duration SOON = LONG.dividedBy(3);

  @TempDir Path folder;

  private final DirectOnly direct = new DirectOnly();

  @AfterEach
  void close() throws Exception {
    direct.close();
  }

  private DirectChannel channel(Script script) throws Exception {
    return direct.channel(folder, script);
  }

  private static String ask(DirectChannel channel, String text) throws Exception {
    var request = StringValue.of(text);
    return BlockingCall.call(channel, ASK, CallOptions.DEFAULT, request, SOON).getValue();
  }

  /** Calls until callers read themselves. */
  private static void lead(DirectChannel channel) throws Exception {
    var reading = Objects.requireNonNull(channel.connection()).reading();
    for (int i = 0; i < 1_000_000 && !reading.isLed(); i++) {
      assertThat(ask(channel, "q")).isEqualTo("fine");
    }
    assertThat(reading.isLed()).as("callers read").isTrue();
  }

  /**
   * As {@link #lead}, and the poller is kept busy, so that it cannot take over, as it does where no
   * call comes for some milliseconds.
   */
  private Busy leadAlone(DirectChannel channel) throws Exception {
    while (true) {
      lead(channel);
      var busy = new Busy();
      direct.poller.execute(busy);
      busy.begun.await();
      if (Objects.requireNonNull(channel.connection()).reading().isLed()) {
        return busy;
      }
      busy.over.countDown();
    }
  }

  private static void start(DirectChannel channel, Listening listening) {
    channel
        .newCall(TALK, CallOptions.DEFAULT.withOption(DirectChannel.asItComes(), true))
        .start(listening, new Metadata());
  }

  /** What is said to one question while a stream is open. */
  private interface Saying {
    void to(RawServer.Talk talk, int stream, int question) throws IOException, InterruptedException;
  }

  /** Opens the first stream, and answers all questions alike but for this one. */
  private static Script withStream(String word, Saying saying) {
    return talk -> {
      int stream = 0;
      while (true) {
        var frame = talk.hear();
        if (frame.type() == Http2.HEADERS && stream == 0) {
          stream = frame.stream();
          talk.say(RawServer.answer(stream));
        } else if (frame.type() == Http2.DATA && text(frame).equals(word)) {
          saying.to(talk, stream, frame.stream());
        } else if (frame.type() == Http2.DATA) {
          talk.say(good(frame.stream(), "fine"));
        }
      }
    };
  }

  /** The text of a question. */
  private static String text(RawServer.Frame question) {
    return new String(question.payload(), 7, question.payload().length - 7);
  }

  @Test
  void turn_thatChangesOften_hasOneTimer() throws Exception {
    var channel =
        channel(
            talk -> {
              while (true) {
                talk.say(good(talk.request(), "fine"));
              }
            });
    for (int i = 0; i < 100; i++) {
      lead(channel);
      assertThat(Asking.begin(channel, "q").await().text()).isEqualTo("fine"); // nobody waits
    }
    assertThat(direct.timers()).isLessThanOrEqualTo(1);
  }

  @Test
  void messagesOfAStream_keepTheirOrderWhoeverReads() throws Exception {
    var go = new CountDownLatch(1);
    var said = new CountDownLatch(1);
    var channel =
        channel(
            withStream(
                "talk",
                (talk, stream, question) -> {
                  talk.say(message(stream, "first"), good(question, "fine"));
                  go.await();
                  talk.say(message(stream, "second"));
                  said.countDown();
                }));
    var told = new LinkedBlockingQueue<String>();
    start(
        channel,
        new Listening() {
          @Override
          public void onMessage(StringValue message) {
            told.add(message.getValue());
          }
        });
    lead(channel);
    var early = new Busy();
    direct.poller.execute(early);
    var late = new Busy();
    direct.poller.execute(late);
    Objects.requireNonNull(channel.connection()).reading().otherComes();
    early.over.countDown();
    // Now the poller is about to take over; what a caller reads comes to it after that.
    assertThat(late.begun.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(ask(channel, "talk")).isEqualTo("fine");
    go.countDown();
    assertThat(said.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    late.over.countDown();
    assertThat(told.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("first");
    assertThat(told.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("second");
  }

  @Test
  void streamThatFloods_isReadNoFasterThanItIsTold() throws Exception {
    int size = 1000;
    int messages = 40_000;
    var text = "x".repeat(100);
    var many = new byte[100][];
    var sent = new AtomicLong();
    var channel =
        channel(
            withStream(
                "flood",
                (talk, stream, question) -> {
                  for (int i = 0; i < many.length; i++) {
                    many[i] = message(stream, text);
                  }
                  var once = RawServer.all(many);
                  for (int i = 0; i < messages / many.length; i++) {
                    talk.say(once);
                    sent.addAndGet(many.length);
                  }
                  talk.say(good(question, "fine"));
                }));
    var told = new AtomicLong();
    var most = new AtomicLong();
    start(
        channel,
        new Listening() {
          @Override
          public void onMessage(StringValue message) {
            long until = System.nanoTime() + 20_000;
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            long behind = sent.get() - told.incrementAndGet();
            most.accumulateAndGet(behind, Math::max);
          }
        });
    lead(channel);
    assertThat(ask(channel, "flood")).isEqualTo("fine");
    Asking.await("all messages", () -> told.get() == messages);
    assertThat(most.get() * size)
        .as("bytes that waited to be told")
        .isLessThan(messages * 1L * size / 2);
  }

  @Test
  void pings_areAnsweredByWhoReads() throws Exception {
    int count = 1000;
    var pongs = new CompletableFuture<Integer>();
    var channel =
        channel(
            talk -> {
              while (true) {
                var question = talk.hear();
                if (question.type() != Http2.DATA) {
                  continue;
                }
                if (text(question).equals("pings")) {
                  talk.say(frame(Http2.PING, 0, 0, new byte[Long.BYTES]));
                  for (int i = 1; i < count; i++) {
                    talk.say(frame(Http2.PING, 0, 0, new byte[Long.BYTES]));
                    // Each has the one before it answered, and is heard before the next: some 280
                    // unread answers fill the socket, and room in it is the poller's affair.
                    while (talk.hear().type() != Http2.PING) {
                      // what else is said
                    }
                  }
                  pongs.complete(count);
                }
                talk.say(good(question.stream(), "fine"));
              }
            });
    var busy = leadAlone(channel);
    try {
      assertThat(ask(channel, "pings")).isEqualTo("fine");
      assertThat(pongs).isDone();
    } finally {
      busy.over.countDown();
    }
  }

  /** Keeps a thread busy. */
  private static final class Busy implements Runnable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @Override
    public void run() {
      begun.countDown();
      try {
        var _ = over.await(LONG.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
