package dev.cvt.goplugin.channel;

import com.google.protobuf.MessageLite;
import dev.cvt.goplugin.channel.FrameReader.Broken;
import io.grpc.Status;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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

  private static final int MOST_HEADERS = 4 * AnswerHeaders.MOST;

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
  private final CompletionStage<?> lost;
  private final Map<Integer, DirectCall<?, ?>> streams = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final RequestWriter out = new RequestWriter();
  private boolean writing;
  private int nextStream = 1;
  private long connectionWindow = Http2.FIRST_WINDOW;
  private long streamWindow = Http2.FIRST_WINDOW;
  private long maxStreams = Integer.MAX_VALUE;

  /** Of the one who writes. */
  private byte[] written = new byte[1024];

  private ByteBuffer unwritten = ByteBuffer.allocate(0);

  // The reading thread's.
  private final FrameReader frames = new FrameReader(this);
  private final AnswerHeaders headers = new AnswerHeaders();
  private final ByteBuffer in;
  private @Nullable IoRegistration registration;
  private byte @Nullable [] owedPong;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private int blockStream;
  private boolean blockIsLast;
  private volatile boolean ready;
  private volatile boolean ending;

  private DirectConnection(
      SocketChannel socket,
      String authority,
      IoEventLoop loop,
      ByteBuffer in,
      CompletionStage<?> lost) {
    this.in = in;
    this.socket = socket;
    this.authority = authority;
    this.loop = loop;
    this.lost = lost;
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
      CompletionStage<?> lost) {
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
    lock.lock();
    try {
      out.plain(Http2.preface());
      out.settings(
          Http2.ENABLE_PUSH,
          0,
          Http2.INITIAL_WINDOW_SIZE,
          Integer.MAX_VALUE,
          Http2.MAX_HEADER_LIST_SIZE,
          AnswerHeaders.MOST);
      out.numbers(Http2.WINDOW_UPDATE, 0, OPEN_WINDOW);
      writing = true;
    } finally {
      lock.unlock();
    }
    loop.register(new Readiness(socket))
        .addListener(
            done -> {
              if (done.isSuccess()) {
                registration = (IoRegistration) done.getNow();
                interest(NioIoOps.READ);
                write();
              } else {
                lose();
              }
            });
  }

  /** Whether it takes calls. */
  boolean isOpen() {
    return ready && !ending;
  }

  /** Whether it never takes calls again. */
  boolean isEnding() {
    return ending;
  }

  /**
   * Sends a request.
   *
   * @return false if nothing was sent, since it does not fit
   */
  boolean send(
      DirectCall<?, ?> call, String method, byte[][] fields, MessageLite message, int size) {
    int bytes = RequestWriter.MESSAGE_HEADER + size;
    int number;
    lock.lock();
    try {
      if (!isOpen()
          || bytes > Math.min(Http2.MAX_FRAME, Math.min(connectionWindow, streamWindow))
          || streams.size() >= maxStreams
          || out.length() > MOST_PENDING) {
        return false;
      }
      number = nextStream;
      nextStream += 2;
      if (number > LAST_STREAM) {
        ending = true;
      }
      call.on(number);
      streams.put(number, call);
      connectionWindow -= bytes;
      out.headers(number, method, authority, fields);
      out.message(number, message, size);
      if (writing) {
        return true; // by whoever writes just now
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    write();
    return true;
  }

  /** Nobody waits any more for the answer on this stream. */
  void abandon(int stream) {
    if (streams.remove(stream) != null) {
      enqueue(() -> out.numbers(Http2.RST_STREAM, stream, Http2.CANCEL));
    }
  }

  private void enqueue(Runnable frame) {
    lock.lock();
    try {
      frame.run();
      if (writing) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    write();
  }

  /**
   * Writes all that there is, and what comes meanwhile. Only for the one who set {@link #writing}.
   */
  private void write() {
    try {
      while (true) {
        while (unwritten.hasRemaining()) {
          if (socket.write(unwritten) == 0) {
            loop.execute(() -> interest(NioIoOps.READ_AND_WRITE));
            return; // goes on when the socket has room again
          }
        }
        lock.lock();
        try {
          int length = out.length();
          if (length == 0) {
            writing = false;
            return;
          }
          written = out.take(written);
          unwritten = ByteBuffer.wrap(written, 0, length);
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException e) {
      loop.execute(this::lose);
    }
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
          write();
        }
        if (key.isReadable()) {
          readAll();
        }
      } catch (IOException | Broken | RuntimeException e) {
        lose();
      }
    }

    @Override
    public void close() {
      DirectConnection.this.close();
    }
  }

  private void readAll() throws IOException, Broken {
    int count;
    do {
      count = socket.read(in.clear());
      if (count < 0) {
        lose();
        return;
      }
      frames.read(in.flip());
    } while (count == in.capacity());
    int used = frames.dataSeen();
    if (used > OPEN_WINDOW / 2) {
      frames.dataTold();
      enqueue(() -> out.numbers(Http2.WINDOW_UPDATE, 0, used));
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
      abandon(stream);
      call.end(wrong);
    } else if (last) {
      answered(stream, call);
    }
  }

  private void answered(int stream, DirectCall<?, ?> call) {
    streams.remove(stream);
    call.end(AnswerStatus.of(call.answer()));
    if (ending && streams.isEmpty()) {
      close();
    }
  }

  @Override
  public void frame(int type, int flags, int stream, ByteBuffer payload) throws Broken {
    if (block.position() > 0 && type != Http2.CONTINUATION) {
      throw new Broken("headers that are not continued");
    }
    switch (type) {
      case Http2.HEADERS -> {
        if ((flags & Http2.PRIORITY) != 0) {
          payload.position(Math.min(payload.limit(), payload.position() + 5));
        }
        blockStream = stream;
        blockIsLast = (flags & Http2.END_STREAM) != 0;
        block(payload, (flags & Http2.END_HEADERS) != 0);
      }
      case Http2.CONTINUATION -> block(payload, (flags & Http2.END_HEADERS) != 0);
      case Http2.RST_STREAM -> {
        var call = streams.remove(stream);
        int reason = number(payload);
        if (call != null && reason == Http2.REFUSED_STREAM) {
          call.divert();
        } else if (call != null) {
          call.end(AnswerStatus.reset(reason));
        }
      }
      case Http2.SETTINGS -> settings(flags, payload);
      case Http2.PING -> ping(flags, payload);
      case Http2.GOAWAY -> goAway(number(payload) & Integer.MAX_VALUE);
      case Http2.WINDOW_UPDATE -> {
        if (stream == 0) {
          int more = number(payload) & Integer.MAX_VALUE;
          lock.lock();
          try {
            connectionWindow += more;
          } finally {
            lock.unlock();
          }
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

  private void block(ByteBuffer part, boolean whole) throws Broken {
    if (block.position() == 0 && whole) {
      fields(headers.read(blockStream, part));
      return;
    }
    if (block.capacity() == 0) {
      block = ByteBuffer.allocate(MOST_HEADERS);
    }
    if (part.remaining() > block.remaining()) {
      throw new Broken("headers of more than " + MOST_HEADERS + " bytes");
    }
    block.put(part);
    if (whole) {
      var read = headers.read(blockStream, block.flip());
      block = ByteBuffer.allocate(0);
      fields(read);
    }
  }

  private void fields(Http2Headers read) {
    var call = streams.get(blockStream);
    if (call == null) {
      return;
    }
    call.answer().fields(read, blockIsLast);
    if (blockIsLast) {
      answered(blockStream, call);
    }
  }

  private void settings(int flags, ByteBuffer payload) {
    if ((flags & Http2.ACK) != 0) {
      return;
    }
    lock.lock();
    try {
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
    } finally {
      lock.unlock();
    }
    enqueue(() -> out.raw(Http2.SETTINGS, Http2.ACK, new byte[0]));
    ready = true;
  }

  private void ping(int flags, ByteBuffer payload) {
    if ((flags & Http2.ACK) != 0 || payload.remaining() != Long.BYTES) {
      return;
    }
    var now = new byte[Long.BYTES];
    payload.get(now);
    if (owedPong != null) {
      pong();
    }
    owedPong = now;
    var _ = loop.schedule(this::pong, PONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void pong() {
    byte[] owed = owedPong;
    owedPong = null;
    if (owed != null) {
      enqueue(() -> out.raw(Http2.PING, Http2.ACK, owed));
    }
  }

  /** It takes no new calls; those after the last one that it saw were never made. */
  private void goAway(int lastSeen) {
    ending = true;
    streams.forEach(
        (number, call) -> {
          if (number > lastSeen && streams.remove(number, call)) {
            call.divert();
          }
        });
  }

  /** Nothing comes any more. */
  void lose() {
    lock.lock();
    try {
      ending = true; // from here on no stream is added
    } finally {
      lock.unlock();
    }
    close();
    if (!streams.isEmpty()) {
      // Callers hear of it when the general connection is known to be lost as well, if it is: a
      // call that they make next must not be let in to a plugin that is gone.
      var _ = loop.schedule(this::endAll, OTHER_IS_LOST.toMillis(), TimeUnit.MILLISECONDS);
      var _ = lost.thenRun(this::endAll);
    }
  }

  private void endAll() {
    streams.forEach(
        (number, call) -> {
          if (streams.remove(number, call)) {
            call.end(Status.UNAVAILABLE.withDescription("the connection was lost"));
          }
        });
  }

  /** Cuts it. */
  void close() {
    ending = true;
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
