package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.FrameReader.Broken;
import io.grpc.Status;
import java.nio.ByteBuffer;

/**
 * What the other side of a connection says: each frame, and what it means to the calls and to the
 * connection. The other side may send as much as it likes, since every byte is taken as it comes
 * and the size of a message is bounded by its own limit; but not ask for as much as it likes. For
 * whoever has the turn to read.
 */
final class Incoming implements FrameReader.Frames {
  /** What the other side may send before it is told that it was taken. */
  static final int WINDOW = 1 << 30;

  /** Answers to what it asks, such as pings, may wait to be sent, but not without end. */
  private static final int MOST_OWED = 8 << 20;

  private final DirectConnection connection;
  private final OpenStreams streams;
  private final Allowance allowance;
  private final Outlet outlet;
  private final Pongs pongs;
  private final FrameReader frames = new FrameReader(this);
  private final HeaderBlocks headers = new HeaderBlocks();

  /**
   * Of one connection.
   *
   * @param allowance guarded by the outlet
   */
  Incoming(
      DirectConnection connection,
      OpenStreams streams,
      Allowance allowance,
      Outlet outlet,
      Pongs pongs) {
    this.connection = connection;
    this.streams = streams;
    this.allowance = allowance;
    this.outlet = outlet;
    this.pongs = pongs;
  }

  /** Takes what has come, wherever it was cut. */
  void take(ByteBuffer in) throws Broken {
    frames.read(in);
    int used = frames.dataSeen();
    if (used > WINDOW / 2) {
      frames.dataTold();
      outlet.tell(out -> out.numbers(Http2.WINDOW_UPDATE, 0, used));
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

  private void heard(int stream, Exchange call, Status wrong, boolean last) {
    if (!wrong.isOk()) {
      connection.abandon(stream);
      call.end(wrong);
    } else if (last) {
      streams.remove(stream);
      call.end(AnswerStatus.of(call.answer()));
      connection.retire();
    }
  }

  @Override
  public void frame(int type, int flags, int stream, ByteBuffer payload) throws Broken {
    if (headers.take(type, flags, stream, payload)) {
      fields();
      return;
    }
    switch (type) {
      case Http2.RST_STREAM -> reset(stream, number(payload));
      case Http2.SETTINGS -> settings(flags, payload);
      case Http2.PING -> ping(flags, payload);
      case Http2.GOAWAY -> {
        int lastSeen = number(payload) & Integer.MAX_VALUE;
        connection.takeNoMore();
        streams.refuseAfter(lastSeen); // they were never made
        connection.retire();
      }
      case Http2.WINDOW_UPDATE -> {
        int more = number(payload) & Integer.MAX_VALUE;
        if (stream == 0) {
          outlet.exclude(() -> allowance.extend(more));
          streams.mayGoOn();
        } else {
          mayGoOn(stream, more);
        }
      }
      case Http2.PUSH_PROMISE -> throw new Broken("a push that was forbidden");
      default -> {} // others may be added to HTTP/2, and are to be ignored
    }
  }

  private void mayGoOn(int stream, int more) {
    var exchange = streams.get(stream);
    if (exchange != null) {
      exchange.mayGoOn(more);
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

  private void reset(int stream, int reason) {
    var call = streams.remove(stream);
    if (call != null && reason == Http2.REFUSED_STREAM) {
      call.refused();
    } else if (call != null) {
      call.end(AnswerStatus.reset(reason));
    }
    connection.retire();
  }

  private void settings(int flags, ByteBuffer payload) throws Broken {
    if ((flags & Http2.ACK) != 0) {
      return;
    }
    outlet.send(
        out -> {
          readsWhatItAsksFor(out);
          allowance.settings(payload, out);
          out.raw(Http2.SETTINGS, Http2.ACK, new byte[0]);
          return true;
        });
    streams.mayGoOn();
    connection.takeCalls();
  }

  /** Throws if it does not. */
  static void readsWhatItAsksFor(RequestWriter out) throws Broken {
    if (out.length() > MOST_OWED) {
      throw new Broken("questions without end, whose answers it does not read");
    }
  }

  private void ping(int flags, ByteBuffer payload) throws Broken {
    if ((flags & Http2.ACK) != 0 || payload.remaining() != Long.BYTES) {
      return;
    }
    var ping = new byte[Long.BYTES];
    payload.get(ping);
    if (pongs.owe(ping)) {
      connection.onPoller(pongs::payLater);
    }
  }
}
