package dev.cvt.goplugin.channel;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A plugin that says on its socket, byte by byte, what a test wants it to say. */
final class RawServer implements AutoCloseable {
  static final int ANSWER = Http2.END_HEADERS;
  static final int TRAILERS = Http2.END_HEADERS | Http2.END_STREAM;

  final UnixDomainSocketAddress address;
  private final ServerSocketChannel listening;
  private final Script script;
  private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

  /** What becomes of one connection, whose preface and settings have been exchanged. */
  interface Script {
    void serve(Talk talk) throws IOException, InterruptedException;
  }

  /** A frame that came in. */
  record Frame(int type, int flags, int stream, byte[] payload) {}

  RawServer(Path socket, Script script) throws IOException {
    this.address = UnixDomainSocketAddress.of(socket);
    this.script = script;
    this.listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    Thread.startVirtualThread(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        var socket = listening.accept();
        accepted.add(socket);
        threads.add(Thread.ofVirtual().start(() -> serve(socket)));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(SocketChannel socket) {
    try (socket) {
      var talk = new Talk(socket);
      talk.in.readNBytes(Http2.preface().length);
      talk.say(frame(Http2.SETTINGS, 0, 0));
      script.serve(talk);
    } catch (IOException | InterruptedException e) {
      return; // the test has seen what it wanted
    }
  }

  int connections() {
    return accepted.size();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (var each : accepted) {
      each.close();
    }
    for (var each : threads) {
      each.interrupt();
    }
  }

  /** One connection. */
  static final class Talk {
    private final SocketChannel socket;
    private final DataInputStream in;

    Talk(SocketChannel socket) {
      this.socket = socket;
      this.in = new DataInputStream(Channels.newInputStream(socket));
    }

    void say(byte[]... frames) throws IOException {
      var bytes = ByteBuffer.wrap(all(frames));
      while (bytes.hasRemaining()) {
        socket.write(bytes);
      }
    }

    /** The next frame; throws at the end of the connection. */
    Frame hear() throws IOException {
      int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /** The stream of the next request, of which all is here then. */
    int request() throws IOException {
      while (true) {
        var frame = hear();
        if (frame.type() == Http2.DATA) {
          return frame.stream();
        }
      }
    }

    /** Ends the connection. */
    void hangUp() throws IOException {
      socket.close();
    }

    /** Reads until the other side closes. */
    void hearAll() throws IOException {
      while (true) {
        hear();
      }
    }
  }

  static byte[] frame(int type, int flags, int stream, byte[]... payload) {
    byte[] bytes = all(payload);
    return ByteBuffer.allocate(Http2.FRAME_HEADER + bytes.length)
        .put((byte) (bytes.length >> 16))
        .putShort((short) bytes.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(bytes)
        .array();
  }

  /** Headers of an answer by gRPC. */
  static byte[] answer(int stream) {
    return frame(
        Http2.HEADERS,
        ANSWER,
        stream,
        field(":status", "200"),
        field("content-type", "application/grpc"));
  }

  /** A message of this text, as a StringValue has it. */
  static byte[] message(int stream, String text) {
    byte[] chars = text.getBytes(StandardCharsets.UTF_8);
    return frame(
        Http2.DATA,
        0,
        stream,
        new byte[] {0, 0, 0, 0, (byte) (chars.length + 2), 10, (byte) chars.length},
        chars);
  }

  static byte[] trailers(int stream, byte[]... fields) {
    return frame(Http2.HEADERS, TRAILERS, stream, fields);
  }

  /** All that a good answer is. */
  static byte[] good(int stream, String text) {
    return all(answer(stream), message(stream, text), trailers(stream, field("grpc-status", "0")));
  }

  /** A field that the table does not remember. */
  static byte[] field(String name, String value) {
    return all(new byte[] {0}, text(name), text(value));
  }

  /** A text of HPACK's, not compressed. */
  static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    var out = new ByteArrayOutputStream();
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        out.write(rest | 128);
        rest >>>= 7;
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  static byte[] all(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] each : parts) {
      all.writeBytes(each);
    }
    return all.toByteArray();
  }
}
