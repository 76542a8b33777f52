package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.LONG;
import static dev.cvt.goplugin.channel.Asking.await;
import static dev.cvt.goplugin.channel.RawServer.good;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.NoThreads;
import io.grpc.Status.Code;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections for which no thread is to be had: told as such, closed, and made again later. */
@Timeout(120)
class NoThreadsTest {
  @TempDir Path folder;

  private void run(Class<?> main, RawServer.Script script) throws Exception {
    try (var server = new RawServer(folder.resolve("s"), script)) {
      var _ = NoThreads.run(main, Map.of(), server.address.toString());
    }
  }

  private static void echoes(RawServer.Talk talk) throws IOException {
    while (true) {
      talk.say(good(talk.request(), "fine"));
    }
  }

  /** Calls by that channel go nowhere else. */
  private static DirectChannel channel(EventLoop loop, String address, Optional<Security> tls) {
    return loop.direct(
        UnixDomainSocketAddress.of(address),
        tls,
        4 << 20,
        () -> {
          throw new IllegalStateException("as a loop says that is closed");
        });
  }

  private static String ask(DirectChannel channel) throws Exception {
    return Asking.begin(channel, "q").await().text();
  }

  /** The JDK keeps a socket from the first one on that is closed. */
  private static void openAndClose(String address) throws IOException {
    Wire.connect(UnixDomainSocketAddress.of(address)).close();
  }

  /** How many sockets this JVM has open. */
  private static long sockets() {
    long count = 0;
    for (var each : new File("/proc/self/fd").listFiles()) {
      try {
        count += Files.readSymbolicLink(each.toPath()).toString().startsWith("socket:") ? 1 : 0;
      } catch (IOException e) {
        // It is closed by now, as that of the listing itself.
      }
    }
    return count;
  }

  @Test
  void laterConnection_isClosedAndMadeAgain() throws Exception {
    var first = new AtomicBoolean(true);
    run(
        Later.class,
        talk -> {
          int question = talk.request(); // which the one that is only opened does not send
          talk.say(good(question, "fine"));
          if (!first.getAndSet(false)) {
            echoes(talk);
          }
        });
  }

  /** Whose first connection is lost. */
  static final class Later {
    private Later() {}

    public static void main(String[] address) throws Exception {
      try (var loop = new EventLoop("test");
          var channel = channel(loop, address[0], Optional.empty())) {
        openAndClose(address[0]);
        long before = sockets();
        channel.connect();
        channel.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(ask(channel)).isEqualTo("fine");
        await("its end", () -> channel.lost().isDone() && sockets() == before);
        NoThreads.during(
            () -> {
              var ended = Asking.begin(channel, "q").await();
              assertThat(ended.status().getCode()).isEqualTo(Code.UNAVAILABLE);
              assertThat(sockets()).isEqualTo(before);
            });
        await(
            "another connection",
            () -> channel.connection() != null); // after the pause between attempts
        assertThat(ask(channel)).isEqualTo("fine");
      }
    }
  }

  @Test
  void firstConnection_isClosedAndTold_andTheNextIsMade() throws Exception {
    run(First.class, NoThreadsTest::echoes);
  }

  /** Whose poller has not begun yet. */
  static final class First {
    private First() {}

    public static void main(String[] address) throws Exception {
      try (var loop = new EventLoop("test")) {
        openAndClose(address[0]);
        NoThreads.during(
            () -> {
              try (var channel = channel(loop, address[0], Optional.empty())) {
                long before = sockets();
                channel.connect();
                assertThat(channel.ready()).isCompletedExceptionally();
                assertThat(sockets()).isEqualTo(before);
              }
            });
        try (var channel = channel(loop, address[0], Optional.empty())) {
          channel.connect();
          channel.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
          assertThat(ask(channel)).isEqualTo("fine");
        }
      }
    }
  }

  @Test
  void firstConnectionUnderTls_isClosedAndTold() throws Exception {
    run(FirstUnderTls.class, talk -> {});
  }

  /** Which needs a thread for its handshake. */
  static final class FirstUnderTls {
    private FirstUnderTls() {}

    public static void main(String[] address) throws Exception {
      try (var loop = new EventLoop("test");
          var channel = channel(loop, address[0], Trusting.host())) {
        openAndClose(address[0]);
        NoThreads.during(
            () -> {
              long before = sockets();
              assertThatThrownBy(channel::connect).isInstanceOf(IOException.class);
              assertThat(sockets()).isEqualTo(before);
            });
      }
    }
  }
}
