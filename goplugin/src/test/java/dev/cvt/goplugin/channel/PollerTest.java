package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of the one thread, while others still give it things to do. */
@Timeout(60)
class PollerTest {
  @TempDir Path folder;

  private final Poller poller = new Poller("test");

  private Runnable waiting(CountDownLatch until) {
    return () -> {
      try {
        var _ = until.await(LONG.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Test
  void socket_thatIsWatchedWhileItCloses_isLost() throws Exception {
    var address = UnixDomainSocketAddress.of(folder.resolve("s"));
    var lost = new CompletableFuture<Void>();
    try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        var socket = SocketChannel.open(address)) {
      assertThat(listening.isOpen()).isTrue();
      socket.configureBlocking(false);
      var early = new CountDownLatch(1);
      var last = new CountDownLatch(1);
      poller.execute(waiting(early));
      poller.close();
      var begun = new CountDownLatch(1);
      poller.execute(begun::countDown);
      poller.execute(waiting(last));
      early.countDown();
      assertThat(begun.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      // These were its last; what comes now is done nevertheless.
      poller.execute(
          () -> {
            try {
              var _ = poller.watch(socket, new Watcher(lost));
            } catch (IOException e) {
              lost.complete(null);
            }
          });
      last.countDown();
      lost.get(LONG.toSeconds() / 4, TimeUnit.SECONDS);
    }
  }

  private record Watcher(CompletableFuture<Void> gone) implements Poller.Watcher {
    @Override
    public void readable() {
      throw new IllegalStateException("nothing was sent");
    }

    @Override
    public void writable() {
      throw new IllegalStateException("nobody has asked");
    }

    @Override
    public void lost(Throwable why) {
      gone.complete(null);
    }
  }
}
