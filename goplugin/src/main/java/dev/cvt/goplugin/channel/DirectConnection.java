package dev.cvt.goplugin.channel;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 as far as a host needs it, on a socket of its own. Callers write, each for all that wait;
 * the poller's thread reads, or callers do. Thread-safe.
 *
 * <p>It takes only what it can send at once: one frame of headers and one of data, within the
 * windows that the other side has opened.
 */
final class DirectConnection implements Reading.Connection {
  /** A plugin that reads nothing must not fill this process with what was meant for it. */
  private static final int MOST_PENDING = 4 << 20;

  /** Other plugins have their turn then: a plugin that never stops to send is not served alone. */
  private static final int READS_AT_ONCE = 16;

  /** What readers may leave to the poller's thread to tell, in bytes, before it reads itself. */
  private static final int MOST_UNTOLD = 1 << 20;

  /** What each counts for besides its bytes, of which there may be none. */
  private static final int TELLING = 100;

  private final Wire wire;
  private final String authority;
  private final Poller poller;
  private final Buffers buffers;
  private final Events events;
  private final Reading reading;
  private final Deadlines deadlines;
  private final OpenStreams streams = new OpenStreams();
  private final Allowance allowance = new Allowance(); // guarded by the outlet
  private final Outlet outlet;
  private final Incoming incoming;

  /** What waits in the poller's queue to be told, in bytes; it grows with the turn to read. */
  private final AtomicInteger untold = new AtomicInteger();

  private volatile boolean ready;

  /** Set while nobody appends, so that no stream is added from then on. */
  private volatile boolean ending;

  /** Its numbers are used up. It stays open for what is on it, and to tell when the plugin goes. */
  private volatile boolean full;

  private volatile boolean closed;
  private volatile @Nullable Throwable broken;

  /** Who hears of it, on the poller's thread or on that of a caller. */
  interface Events {
    /** The other side has answered: calls can be made. */
    void ready();

    /**
     * It is closed. Told once, and before the calls are that were open.
     *
     * @param why if it is not simply the end of what the other side sends
     */
    void lost(@Nullable Throwable why);
  }

  /** On a wire that nobody else uses. */
  DirectConnection(Wire wire, String authority, Poller poller, Buffers buffers, Events events) {
    this.wire = wire;
    this.authority = authority;
    this.poller = poller;
    this.buffers = buffers;
    this.events = events;
    this.reading = new Reading(poller, wire.socket(), this);
    this.deadlines = new Deadlines(poller, streams);
    this.outlet =
        new Outlet(
            wire,
            new Outlet.Loop(
                this::onPoller, () -> onPoller(reading::awaitRoom), e -> onPoller(() -> lost(e))));
    this.incoming = new Incoming(this, streams, allowance, outlet, new Pongs(poller, outlet));
  }

  /**
   * Says who is there. It takes calls when the other side has answered.
   *
   * @throws RejectedExecutionException if the poller has ended, or cannot begin; the socket is
   *     still open then
   */
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
    poller.execute(this::watch);
  }

  private void watch() {
    try {
      reading.begin();
      outlet.write();
      readable(); // what came with a handshake is on the wire, and no longer in the socket
    } catch (Exception e) {
      lost(e);
    }
  }

  /** The other side has said how it wants to be called. */
  void takeCalls() {
    if (!ready) {
      ready = true;
      events.ready();
    }
  }

  /** Whether it takes calls. */
  boolean isOpen() {
    return ready && !ending && !full;
  }

  /** Whether no calls can be made any more; those that were may still be answered. */
  boolean isEnding() {
    return ending || full;
  }

  /** Whether it was lost. */
  boolean isClosed() {
    return closed;
  }

  /** Who reads it. */
  Reading reading() {
    return reading;
  }

  /** Who tells callers that their time is over. */
  Deadlines deadlines() {
    return deadlines;
  }

  /**
   * Sends a request.
   *
   * @return false if nothing was sent, since it does not fit
   */
  boolean send(Exchange call, String method, byte[][] fields, MessageLite message, int size) {
    int bytes = RequestWriter.MESSAGE_HEADER + size;
    return outlet.send(
        out -> {
          if (!isOpen()
              || !allowance.covers(bytes, 0)
              || !allowance.admits(streams.size())
              || out.length() > MOST_PENDING) {
            return false;
          }
          begin(
              call,
              out,
              number -> {
                out.headers(number, method, authority, fields);
                out.message(number, message, size, true);
              });
          allowance.use(bytes);
          return true;
        });
  }

  /**
   * Opens a stream, on which messages follow.
   *
   * @return false if there can be none
   */
  boolean open(Exchange stream, String method, byte[][] fields) {
    return outlet.send(
        out -> {
          if (!isOpen() || !allowance.admits(streams.size())) {
            return false;
          }
          begin(stream, out, number -> out.headers(number, method, authority, fields));
          return true;
        });
  }

  /** Changes what a stream has to say, and sends what fits of it. */
  void push(DirectStream.Unsent unsent, Runnable change) {
    outlet.send(
        out -> {
          int before = out.length();
          change.run();
          if (!closed) {
            unsent.append(out, allowance);
          }
          return out.length() > before;
        });
  }

  /** What opens a stream. */
  private interface Opening {
    void append(int number);
  }

  private void begin(Exchange exchange, RequestWriter out, Opening opening) {
    int number = streams.number();
    if (OpenStreams.isLast(number)) {
      full = true;
    }
    int before = out.length();
    try {
      opening.append(number);
    } catch (RuntimeException | Error e) {
      // The other side would not know of what the headers' table remembers now.
      out.cut(before);
      ending = true;
      onPoller(() -> lost(e));
      throw e;
    }
    exchange.on(number);
    streams.add(number, exchange);
  }

  /** The other side may send so much more on this stream. */
  void widen(int stream, int more) {
    outlet.tell(out -> out.numbers(Http2.WINDOW_UPDATE, stream, more));
  }

  /** Nobody waits any more for the answer on this stream. */
  void abandon(int stream) {
    if (streams.remove(stream) != null) {
      outlet.tell(out -> out.numbers(Http2.RST_STREAM, stream, Http2.CANCEL));
      nudge(); // the one who gives up may have been told that it is his turn to read
      retire();
    }
  }

  /**
   * Does it on the poller's thread, now or later; in this order.
   *
   * @return false if the poller has ended, and with it all connections and their calls
   */
  boolean onPoller(Runnable task) {
    if (poller.isHere()) {
      task.run();
      return true;
    }
    try {
      poller.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /**
   * Tells a stream's listener something, on the poller's thread and in this order: at once, or,
   * where a caller has read it, behind what was read before. A plugin that prints faster than that
   * is not read any faster. Whoever calls does it himself where the poller has ended.
   */
  void tell(int bytes, Runnable telling) {
    if (poller.isHere() && untold.get() == 0) {
      telling.run();
      return;
    }
    int size = TELLING + bytes;
    try {
      int all = untold.addAndGet(size);
      poller.execute(
          () -> {
            try {
              telling.run();
            } finally {
              untold.addAndGet(-size);
            }
          });
      if (all > MOST_UNTOLD) {
        reading.pause();
      }
    } catch (RejectedExecutionException e) {
      telling.run();
    }
  }

  @Override
  public void writable() {
    outlet.write();
  }

  @Override
  public void readable() throws Exception {
    reading.alone(this::readAll);
  }

  /** With the turn. */
  private void readAll() throws Exception {
    // Those who have their answers ask anew before the last one has his: what they send meanwhile
    // goes out in one piece. With 64 callers that is 1.2 writes for each call where it were 2.0.
    outlet.gather();
    var in = buffers.take();
    try {
      int count = in.capacity();
      for (int i = 0; i < READS_AT_ONCE && count == in.capacity() && !closed; i++) {
        count = wire.read(in.clear());
        if (count < 0) {
          lost(null);
        } else {
          incoming.take(in.flip());
        }
      }
    } finally {
      buffers.give(in);
    }
    outlet.release();
  }

  @Override
  public void nudge() {
    if (reading.isLed() && !streams.nudge()) {
      reading.otherComes();
    }
  }

  /** From now on no stream is added. */
  void takeNoMore() {
    outlet.exclude(() -> ending = true);
  }

  /** Closes what takes no new calls, when nothing is left to wait for. */
  void retire() {
    if (ending && streams.isEmpty()) {
      onPoller(() -> lost(null));
    }
  }

  /** Nothing comes any more. */
  @Override
  public void lost(@Nullable Throwable why) {
    onPoller(
        () -> {
          if (!closed) {
            takeNoMore();
            broken = why;
            closed = true;
            reading.close();
            deadlines.end();
            events.lost(why);
          }
          streams.end(
              Status.UNAVAILABLE.withDescription("the connection was lost").withCause(broken));
        });
  }
}
