package dev.cvt.goplugin.channel;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A socket in Netty's event loop, without Netty's pipeline: the loop tells when there is something
 * to read, and, if asked, when there is room to write. For the loop's thread.
 */
final class WatchedSocket {
  private final SocketChannel socket;
  private final Watcher watcher;
  private @Nullable IoRegistration registration;

  /**
   * Who is told, on the loop's thread. What it throws, of every kind, ends this socket alone: the
   * thread serves other plugins as well.
   */
  interface Watcher {
    /** Once, from when on it is watched. */
    void begun() throws Exception;

    void readable() throws Exception;

    /** Once for each time that it was asked for. */
    void writable();

    /** It is not watched any more, with the reason if there is one. */
    void lost(@Nullable Throwable why);
  }

  WatchedSocket(SocketChannel socket, Watcher watcher) {
    this.socket = socket;
    this.watcher = watcher;
  }

  /** Begins to watch; from any thread. */
  void watch(IoEventLoop loop) {
    loop.register(new Handle(socket))
        .addListener(
            done -> {
              try {
                registration = (IoRegistration) done.get();
                interest(NioIoOps.READ);
                watcher.begun();
              } catch (Throwable e) {
                watcher.lost(e);
              }
            });
  }

  /** Asks to be told when there is room. */
  void awaitRoom() {
    interest(NioIoOps.READ_AND_WRITE);
  }

  private void interest(NioIoOps ops) {
    var registered = registration;
    if (registered != null && registered.isValid()) {
      registered.submit(ops);
    }
  }

  void close() {
    try {
      var registered = registration;
      if (registered != null) {
        registered.cancel();
      }
      socket.close();
    } catch (IOException e) {
      return; // nothing more can be done about it
    }
  }

  private final class Handle extends NioSelectableChannelIoHandle<SocketChannel> {
    Handle(SocketChannel socket) {
      super(socket);
    }

    @Override
    protected void handle(SocketChannel channel, SelectionKey key) {
      try {
        if (key.isWritable()) {
          interest(NioIoOps.READ);
          watcher.writable();
        }
        if (key.isReadable()) {
          watcher.readable();
        }
      } catch (Throwable e) {
        watcher.lost(e);
      }
    }

    /** The loop ends, or has seen that the registration was cancelled. */
    @Override
    public void close() {
      watcher.lost(null);
    }
  }
}
