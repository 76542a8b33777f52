package dev.cvt.goplugin.channel;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 as far as unary calls need it, on a socket of its own. Callers write, each for all that
 * wait; the event loop's thread reads. Thread-safe.
 *
 * <p>It takes only what it can send at once: one frame of headers and one of data, within the
 * windows that the other side has opened.
 */
final class DirectConnection implements WatchedSocket.Watcher {
  /** A plugin that reads nothing must not fill this process with what was meant for it. */
  private static final int MOST_PENDING = 4 << 20;

  /** Other plugins have their turn then: a plugin that never stops to send is not served alone. */
  private static final int READS_AT_ONCE = 16;

  /** The other connection tells of the end of the process; it is lost in the same instant. */
  private static final Duration OTHER_IS_LOST = Duration.ofMillis(100);

  private final Wire wire;
  private final WatchedSocket watched;
  private final String authority;
  private final IoEventLoop loop;
  private final ByteBuffer in;
  private final CompletableFuture<?> otherLost;
  private final OpenStreams streams = new OpenStreams();
  private final Allowance allowance = new Allowance(); // guarded by the outlet
  private final Outlet outlet;
  private final Incoming incoming;

  private volatile boolean ready;

  /** Set while nobody appends, so that no stream is added from then on. */
  private volatile boolean ending;

  private volatile boolean closed;
  private volatile @Nullable Throwable broken;

  /**
   * On a wire that nobody else uses.
   *
   * @param in what the loop's thread reads into, on this connection and on others
   * @param otherLost completes when the general connection to the same plugin is lost
   */
  DirectConnection(
      Wire wire,
      String authority,
      IoEventLoop loop,
      ByteBuffer in,
      CompletableFuture<?> otherLost) {
    this.wire = wire;
    this.watched = new WatchedSocket(wire.socket(), this);
    this.authority = authority;
    this.loop = loop;
    this.in = in;
    this.otherLost = otherLost;
    this.outlet =
        new Outlet(
            wire,
            new Outlet.Loop(
                this::onLoop, () -> onLoop(watched::awaitRoom), e -> onLoop(() -> lost(e))));
    this.incoming = new Incoming(this, streams, allowance, outlet, new Pongs(loop, outlet));
  }

  /** Says who is there. It takes calls when the other side has answered. */
  void begin() {
    outlet.prepare(
        out -> {
          out.plain(Http2.preface());
          out.settings(
              Http2.ENABLE_PUSH,
              0,
              Http2.INITIAL_WINDOW_SIZE,
              Integer.MAX_VALUE,
              Http2.MAX_HEADER_LIST_SIZE,
              AnswerHeaders.MOST);
          out.numbers(Http2.WINDOW_UPDATE, 0, Incoming.WINDOW);
        });
    watched.watch(loop);
  }

  @Override
  public void begun() throws Exception {
    outlet.write();
    readable(); // what came with the end of a handshake is on the wire, and no longer in the socket
  }

  /** The other side has said how it wants to be called. */
  void takeCalls() {
    ready = true;
  }

  /** Whether it takes calls. */
  boolean isOpen() {
    return ready && !ending;
  }

  /** Whether its socket is closed: no answer comes any more. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Sends a request.
   *
   * @return false if nothing was sent, since it does not fit
   */
  boolean send(
      DirectCall<?, ?> call, String method, byte[][] fields, MessageLite message, int size) {
    int bytes = RequestWriter.MESSAGE_HEADER + size;
    return outlet.send(
        out -> {
          if (!isOpen()
              || !allowance.covers(bytes, streams.size())
              || out.length() > MOST_PENDING) {
            return false;
          }
          int number = streams.number();
          if (OpenStreams.isLast(number)) {
            ending = true;
          }
          append(out, number, method, fields, message, size);
          allowance.use(bytes);
          call.on(number);
          streams.add(number, call);
          return true;
        });
  }

  private void append(
      RequestWriter out,
      int number,
      String method,
      byte[][] fields,
      MessageLite message,
      int size) {
    int before = out.length();
    try {
      out.headers(number, method, authority, fields);
      out.message(number, message, size);
    } catch (RuntimeException | Error e) {
      // The other side would not know of what the headers' table remembers now.
      out.cut(before);
      ending = true;
      onLoop(() -> lost(e));
      throw e;
    }
  }

  /** Nobody waits any more for the answer on this stream. */
  void abandon(int stream) {
    if (streams.remove(stream) != null) {
      outlet.tell(out -> out.numbers(Http2.RST_STREAM, stream, Http2.CANCEL));
      if (ending) {
        onLoop(this::retire);
      }
    }
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      return; // the loop has ended, and with it all connections and their calls
    }
  }

  @Override
  public void writable() {
    outlet.write();
  }

  @Override
  public void readable() throws Exception {
    // Those who have their answers ask anew before the last one has his: what they send meanwhile
    // goes out in one piece. With 64 callers that is 1.2 writes for each call where it were 2.0.
    outlet.gather();
    int count = in.capacity();
    for (int i = 0; i < READS_AT_ONCE && count == in.capacity() && !closed; i++) {
      count = wire.read(in.clear());
      if (count < 0) {
        lost(null);
      } else {
        incoming.take(in.flip());
      }
    }
    outlet.release();
  }

  /** From now on no stream is added. */
  void takeNoMore() {
    outlet.exclude(() -> ending = true);
  }

  /** Closes what takes no new calls, when nothing is left to wait for. On the loop's thread. */
  void retire() {
    if (ending && streams.isEmpty()) {
      close();
    }
  }

  /**
   * Nothing comes any more. On the loop's thread.
   *
   * @param why if it is not simply the end of what the other side sends
   */
  @Override
  public void lost(@Nullable Throwable why) {
    if (closed && streams.isEmpty()) {
      return;
    }
    takeNoMore();
    if (why != null && broken == null) {
      broken = why;
    }
    close();
    // Callers hear of it when the general connection is known to be lost as well, if it is: a
    // call that they make next must not be let in to a plugin that is gone.
    if (loop.isShuttingDown() || otherLost.isDone()) {
      endAll();
    } else {
      // A listener, since the loop cancels its timers when it ends.
      loop.schedule(() -> {}, OTHER_IS_LOST.toMillis(), TimeUnit.MILLISECONDS)
          .addListener(_ -> endAll());
    }
  }

  /** The other connection is lost: if this one is as well, there is nothing to wait for. */
  void otherIsLost() {
    if (closed) {
      endAll();
    }
  }

  private void endAll() {
    streams.end(Status.UNAVAILABLE.withDescription("the connection was lost").withCause(broken));
  }

  /** Cuts it. */
  private void close() {
    closed = true;
    watched.close();
  }
}
