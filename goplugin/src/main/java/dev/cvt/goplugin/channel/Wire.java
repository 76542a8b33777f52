package dev.cvt.goplugin.channel;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The bytes of a connection, as they are or under TLS. One thread reads and one at a time writes;
 * neither waits.
 */
interface Wire {

  /** What the bytes go over; closing it ends the wire. */
  SocketChannel socket();

  /**
   * Reads what has come.
   *
   * @return how many bytes are in the buffer now, which may be 0; -1 if no more will come
   */
  int read(ByteBuffer in) throws IOException;

  /**
   * Writes.
   *
   * @return false if the socket has no room for all of it; it must then be called again with the
   *     same buffer
   */
  boolean write(ByteBuffer out) throws IOException;

  /** What TLS has agreed on; empty without it. */
  Optional<SSLSession> session();

  /**
   * Connects, at once or not at all.
   *
   * @throws IOException if nobody is there, or too busy
   */
  static SocketChannel connect(UnixDomainSocketAddress address) throws IOException {
    var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.configureBlocking(false);
      if (!socket.connect(address)) {
        throw new IOException("its backlog is full");
      }
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Makes the handshake, for seconds at most; the socket is closed if that fails.
   *
   * @throws IOException if the other side does not show the one certificate
   */
  static Wire shaken(SocketChannel socket, Security tls) throws IOException {
    try {
      return TlsWire.shaken(socket, tls.engine(), TlsWire.PATIENCE);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The bytes as they are. */
  record Plain(SocketChannel socket) implements Wire {
    @Override
    public int read(ByteBuffer in) throws IOException {
      return socket.read(in);
    }

    @Override
    public Optional<SSLSession> session() {
      return Optional.empty();
    }

    @Override
    public boolean write(ByteBuffer out) throws IOException {
      while (out.hasRemaining()) {
        if (socket.write(out) == 0) {
          return false;
        }
      }
      return true;
    }
  }
}
