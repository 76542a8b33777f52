package dev.cvt.goplugin.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A wire under TLS, of the client's side. The handshake is made while the socket blocks, on a
 * thread that has nothing else to do, since it takes milliseconds of arithmetic; from then on
 * nothing waits. Writers encrypt, the reader decrypts, each on its own thread.
 */
final class TlsWire implements Wire {
  /** For a handshake on this machine, with a plugin that has made one before. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * A wish for fresh keys is answered with what is written next, and waits until then: without a
   * bound it would cost memory. Java asks every 128 GB, Go never.
   */
  private static final int MOST_WITHOUT_DATA = 1000;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final String HTTP_2 = "h2";

  private final SocketChannel socket;
  private final SSLEngine engine;

  /** What came and is not decrypted, since the rest of its record is missing. */
  private final ByteBuffer arrived;

  // The reader's.
  private boolean ended;
  private int withoutData;

  /** The record that is being written. */
  private final ByteBuffer sealed;

  private TlsWire(SocketChannel socket, SSLEngine engine) {
    this.socket = socket;
    this.engine = engine;
    int record = engine.getSession().getPacketBufferSize();
    this.arrived = ByteBuffer.allocate(2 * record);
    this.sealed = ByteBuffer.allocate(record).flip();
  }

  /**
   * Makes the handshake.
   *
   * @param socket connected; it does not block afterwards
   * @param patience how long the handshake may take
   * @throws IOException if the handshake fails, takes too long, or HTTP/2 was not agreed on
   */
  static TlsWire shaken(SocketChannel socket, SSLEngine engine, Duration patience)
      throws IOException {
    var wire = new TlsWire(socket, engine);
    var tooLate =
        CompletableFuture.runAsync(
            wire::cut,
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try {
      socket.configureBlocking(true);
      wire.shakeHands();
      socket.configureBlocking(false);
    } finally {
      tooLate.cancel(false);
    }
    if (!HTTP_2.equals(engine.getApplicationProtocol())) {
      throw new SSLException("the other side did not agree on HTTP/2");
    }
    return wire;
  }

  private void cut() {
    try {
      socket.close();
    } catch (IOException e) {
      return; // nothing more can be done about it
    }
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (var task = engine.getDelegatedTask(); task != null; ) {
            task.run();
            task = engine.getDelegatedTask();
          }
        }
        case NEED_WRAP -> {
          seal(NOTHING);
          flush();
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> hear();
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  /** Takes one record of a handshake, waiting for it if it is not there. */
  private void hear() throws IOException {
    var result = engine.unwrap(arrived.flip(), NOTHING);
    arrived.compact();
    switch (result.getStatus()) {
      case OK -> {}
      case BUFFER_UNDERFLOW -> {
        if (socket.read(arrived) <= 0) {
          throw new SSLException("the other side ended the handshake");
        }
      }
      case BUFFER_OVERFLOW, CLOSED -> throw new SSLException("the other side ended the handshake");
    }
  }

  @Override
  public SocketChannel socket() {
    return socket;
  }

  @Override
  public Optional<SSLSession> session() {
    return Optional.of(engine.getSession());
  }

  @Override
  public int read(ByteBuffer in) throws IOException {
    int before = in.position();
    if (!arrived.hasRemaining()) {
      throw new SSLException("a record that is longer than the other side may make it");
    }
    ended |= socket.read(arrived) < 0;
    arrived.flip();
    while (arrived.hasRemaining() && opened(in)) {
      // The next record.
    }
    arrived.compact();
    int read = in.position() - before;
    return ended && read == 0 ? -1 : read;
  }

  /** Decrypts a record, if all of it is there. */
  private boolean opened(ByteBuffer in) throws SSLException {
    var result = engine.unwrap(arrived, in);
    return switch (result.getStatus()) {
      case OK -> {
        refuseAnotherHandshake(result);
        if (result.bytesProduced() == 0 && ++withoutData > MOST_WITHOUT_DATA) {
          throw new SSLException("the other side wants fresh keys without end");
        }
        yield true;
      }
      case BUFFER_UNDERFLOW -> false;
      case BUFFER_OVERFLOW -> throw new SSLException("a record that holds more than it is long");
      case CLOSED -> {
        ended = true;
        yield false;
      }
    };
  }

  /**
   * HTTP/2 forbids one. What else TLS 1.3 has to say later, tickets and fresh keys, needs no answer
   * but fresh keys of this side, which the engine puts before the next thing that is written.
   */
  private static void refuseAnotherHandshake(SSLEngineResult result) throws SSLException {
    var wanted = result.getHandshakeStatus();
    if (result.bytesConsumed() == 0
        || wanted == HandshakeStatus.NEED_TASK
        || wanted == HandshakeStatus.NEED_UNWRAP) {
      throw new SSLException("the other side wants another handshake");
    }
  }

  @Override
  public boolean write(ByteBuffer out) throws IOException {
    while (flush()) {
      if (!out.hasRemaining()) {
        return true;
      }
      seal(out);
    }
    return false;
  }

  private void seal(ByteBuffer out) throws SSLException {
    var result = engine.wrap(out, sealed.clear());
    sealed.flip();
    if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesProduced() == 0) {
      throw new SSLException("nothing can be sent any more: " + result.getStatus());
    }
  }

  private boolean flush() throws IOException {
    while (sealed.hasRemaining()) {
      if (socket.write(sealed) == 0) {
        return false;
      }
    }
    return true;
  }
}
