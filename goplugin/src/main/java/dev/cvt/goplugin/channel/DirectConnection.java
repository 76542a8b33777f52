package dev.cvt.goplugin.channel;

import com.google.protobuf.MessageLite;
import dev.cvt.goplugin.channel.FrameReader.Broken;
import io.grpc.Status;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 as far as unary calls need it, on a socket of its own. Callers write, each for all that
 * wait; the event loop's thread reads. Thread-safe.
 *
 * <p>It takes only what it can send at once: one frame of headers and one of data, within the
 * windows that the other side has opened. The other side may send as much as it likes, since every
 * byte is taken off the socket as it comes and the size of a message is bounded by its own limit.
 */
final class DirectConnection implements FrameReader.Frames {
  /** Streams are numbered by 31 bits, the client's odd; a little earlier another is opened. */
  private static final int LAST_STREAM = Integer.MAX_VALUE - 1_000_000;

  private static final int OPEN_WINDOW = 1 << 30;

  /** A plugin that reads nothing must not fill this process with what was meant for it. */
  private static final int MOST_PENDING = 4 << 20;

  /** What it must be told, such as answers to pings, may wait as well, but not without end. */
  private static final int MOST_OWED = 2 * MOST_PENDING;

  /** Other plugins have their turn then: a plugin that never stops to send is not served alone. */
  private static final int READS_AT_ONCE = 16;

  /**
   * How long an answer to a ping may wait. A server built on grpc-go pings to measure its line, one
   * ping at a time, as soon as it is sent data: with this it does so at most 20 times each second
   * and not for every call, each of which it would wake up for twice.
   */
  private static final Duration PONG = Duration.ofMillis(50);

  /** The other connection tells of the end of the process; it is lost in the same instant. */
  private static final Duration OTHER_IS_LOST = Duration.ofMillis(100);

  private final SocketChannel socket;
  private final String authority;
  private final IoEventLoop loop;
  private final CompletableFuture<?> lost;
  private final Map<Integer, DirectCall<?, ?>> streams = new ConcurrentHashMap<>();
  private final Outlet outlet;

  // Guarded by the outlet.
  private int nextStream = 1;
  private long connectionWindow = Http2.FIRST_WINDOW;
  private long streamWindow = Http2.FIRST_WINDOW;
  private long maxStreams = Integer.MAX_VALUE;

  // The reading thread's.
  private final FrameReader frames = new FrameReader(this);
  private final HeaderBlocks headers = new HeaderBlocks();
  private final ByteBuffer in;
  private @Nullable IoRegistration registration;
  private byte @Nullable [] owedPong;

  private volatile boolean ready;

  /** Set while nobody appends, so that no stream is added from then on. */
  private volatile boolean ending;

  private volatile boolean closed;
  private volatile @Nullable Throwable broken;

  private DirectConnection(
      SocketChannel socket,
      String authority,
      IoEventLoop loop,
      ByteBuffer in,
      CompletableFuture<?> lost) {
    this.in = in;
    this.socket = socket;
    this.authority = authority;
    this.loop = loop;
    this.lost = lost;
    this.outlet =
        new Outlet(
            socket,
            new Outlet.Loop(
                this::onLoop,
                () -> onLoop(() -> interest(NioIoOps.READ_AND_WRITE)),
                e -> onLoop(() -> lose(e))));
  }

  /**
   * Connects, on the event loop's thread; null if that fails. It takes calls somewhat later.
   *
   * @param in what that thread reads into, on this connection and on others
   */
  static @Nullable DirectConnection open(
      UnixDomainSocketAddress address,
      String authority,
      IoEventLoop loop,
      ByteBuffer in,
      CompletableFuture<?> lost) {
    try {
      var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        socket.configureBlocking(false);
        if (!socket.connect(address)) {
          throw new IOException("busy");
        }
      } catch (IOException e) {
        socket.close();
        return null;
      }
      var connection = new DirectConnection(socket, authority, loop, in, lost);
      connection.begin();
      return connection;
    } catch (IOException e) {
      return null; // nobody is there, or too busy: calls go the general way
    }
  }

  private void begin() {
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
          out.numbers(Http2.WINDOW_UPDATE, 0, OPEN_WINDOW);
        });
    loop.register(new Readiness(socket))
        .addListener(
            done -> {
              if (done.isSuccess()) {
                registration = (IoRegistration) done.getNow();
                interest(NioIoOps.READ);
                outlet.write();
              } else {
                lose(done.cause());
              }
            });
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
              || bytes > Math.min(Http2.MAX_FRAME, Math.min(connectionWindow, streamWindow))
              || streams.size() >= maxStreams
              || out.length() > MOST_PENDING) {
            return false;
          }
          int number = nextStream;
          nextStream += 2;
          if (number > LAST_STREAM) {
            ending = true;
          }
          append(out, number, method, fields, message, size);
          connectionWindow -= bytes;
          call.on(number);
          streams.put(number, call);
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
      onLoop(() -> lose(e));
      throw e;
    }
  }

  /** Nobody waits any more for the answer on this stream. */
  void abandon(int stream) {
    if (streams.remove(stream) != null) {
      tell(out -> out.numbers(Http2.RST_STREAM, stream, Http2.CANCEL));
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

  private void tell(Consumer<RequestWriter> frame) {
    outlet.send(
        out -> {
          frame.accept(out);
          return true;
        });
  }

  private void interest(NioIoOps ops) {
    var registered = registration;
    if (registered != null && registered.isValid()) {
      registered.submit(ops);
    }
  }

  /** Hears from the event loop. */
  private final class Readiness extends NioSelectableChannelIoHandle<SocketChannel> {
    Readiness(SocketChannel socket) {
      super(socket);
    }

    @Override
    protected void handle(SocketChannel channel, SelectionKey key) {
      try {
        if (key.isWritable()) {
          interest(NioIoOps.READ);
          outlet.write();
        }
        if (key.isReadable()) {
          // Those who have their answers ask anew before the last one has his: what they send
          // meanwhile goes out in one piece.
          outlet.gather();
          readAll();
          outlet.release();
        }
      } catch (Throwable e) {
        // Of every kind, what a listener throws included: this thread serves other plugins as well.
        lose(e);
      }
    }

    /** The loop ends, or has seen that the registration was cancelled. */
    @Override
    public void close() {
      lose(null);
    }
  }

  private void readAll() throws IOException, Broken {
    int count = in.capacity();
    for (int i = 0; i < READS_AT_ONCE && count == in.capacity() && !closed; i++) {
      count = socket.read(in.clear());
      if (count < 0) {
        lose(null);
        return;
      }
      frames.read(in.flip());
    }
    int used = frames.dataSeen();
    if (used > OPEN_WINDOW / 2) {
      frames.dataTold();
      tell(out -> out.numbers(Http2.WINDOW_UPDATE, 0, used));
    }
  }

  @Override
  public void data(int stream, ByteBuffer some, boolean last) {
    var call = streams.get(stream);
    if (call == null) {
      some.position(some.limit()); // it was cancelled
      return;
    }
    Status wrong = call.answer().data(some);
    if (!wrong.isOk()) {
      some.position(some.limit());
    }
    heard(stream, call, wrong, last);
  }

  private void heard(int stream, DirectCall<?, ?> call, Status wrong, boolean last) {
    if (!wrong.isOk()) {
      abandon(stream);
      call.end(wrong);
    } else if (last) {
      streams.remove(stream);
      call.end(AnswerStatus.of(call.answer()));
      retire();
    }
  }

  /** Closes what takes no new calls, when nothing is left to wait for. */
  private void retire() {
    if (ending && streams.isEmpty()) {
      close();
    }
  }

  @Override
  public void frame(int type, int flags, int stream, ByteBuffer payload) throws Broken {
    if (headers.take(type, flags, stream, payload)) {
      fields();
      return;
    }
    switch (type) {
      case Http2.RST_STREAM -> {
        int reason = number(payload);
        var call = streams.remove(stream);
        if (call != null && reason == Http2.REFUSED_STREAM) {
          call.divert();
        } else if (call != null) {
          call.end(AnswerStatus.reset(reason));
        }
        retire();
      }
      case Http2.SETTINGS -> settings(flags, payload);
      case Http2.PING -> ping(flags, payload);
      case Http2.GOAWAY -> goAway(number(payload) & Integer.MAX_VALUE);
      case Http2.WINDOW_UPDATE -> {
        if (stream == 0) {
          int more = number(payload) & Integer.MAX_VALUE;
          outlet.exclude(() -> connectionWindow += more);
        }
      }
      case Http2.PUSH_PROMISE -> throw new Broken("a push that was forbidden");
      default -> {} // others may be added to HTTP/2, and are to be ignored
    }
  }

  private static int number(ByteBuffer payload) throws Broken {
    if (payload.remaining() < Integer.BYTES) {
      throw new Broken("a frame that is too short");
    }
    return payload.getInt();
  }

  private void fields() throws Broken {
    var block = headers.whole();
    if (block == null) {
      return;
    }
    var call = streams.get(block.stream());
    if (call != null) {
      var fields = block.fields();
      Status wrong =
          fields == null
              ? Status.INTERNAL.withDescription(
                  "headers of more than " + AnswerHeaders.MOST + " bytes")
              : call.answer().fields(fields, block.isLast());
      heard(block.stream(), call, wrong, block.isLast());
    }
  }

  private void settings(int flags, ByteBuffer payload) throws Broken {
    if ((flags & Http2.ACK) != 0) {
      return;
    }
    outlet.send(
        out -> {
          readsWhatItAsksFor(out);
          while (payload.remaining() >= 6) {
            int name = payload.getShort();
            long value = payload.getInt() & 0xFFFF_FFFFL;
            switch (name) {
              case Http2.HEADER_TABLE_SIZE -> out.table(value);
              case Http2.MAX_CONCURRENT_STREAMS -> maxStreams = value;
              case Http2.INITIAL_WINDOW_SIZE -> streamWindow = value;
              default -> {} // about what is never sent here
            }
          }
          out.raw(Http2.SETTINGS, Http2.ACK, new byte[0]);
          return true;
        });
    ready = true;
  }

  private static void readsWhatItAsksFor(RequestWriter out) throws Broken {
    if (out.length() > MOST_OWED) {
      throw new Broken("questions without end, whose answers it does not read");
    }
  }

  private void ping(int flags, ByteBuffer payload) throws Broken {
    if ((flags & Http2.ACK) != 0 || payload.remaining() != Long.BYTES) {
      return;
    }
    outlet.send(
        out -> {
          readsWhatItAsksFor(out);
          return false;
        });
    var now = new byte[Long.BYTES];
    payload.get(now);
    if (owedPong == null) {
      var _ = loop.schedule(this::pong, PONG.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      pong(); // the timer is for this one then
    }
    owedPong = now;
  }

  private void pong() {
    byte[] owed = owedPong;
    owedPong = null;
    if (owed != null) {
      tell(out -> out.raw(Http2.PING, Http2.ACK, owed));
    }
  }

  /** It takes no new calls; those after the last one that it saw were never made. */
  private void goAway(int lastSeen) {
    takeNoMore();
    streams.forEach(
        (number, call) -> {
          if (number > lastSeen && streams.remove(number, call)) {
            call.divert();
          }
        });
    retire();
  }

  private void takeNoMore() {
    outlet.exclude(() -> ending = true);
  }

  /**
   * Nothing comes any more. On the loop's thread.
   *
   * @param why if it is not simply the end of what the other side sends
   */
  void lose(@Nullable Throwable why) {
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
    if (loop.isShuttingDown() || lost.isDone()) {
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
    streams.forEach(
        (number, call) -> {
          if (streams.remove(number, call)) {
            call.end(
                Status.UNAVAILABLE.withDescription("the connection was lost").withCause(broken));
          }
        });
  }

  /** Cuts it. */
  private void close() {
    closed = true;
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
}
