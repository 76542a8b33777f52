package dev.cvt.pluginmgr.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One side of a short exchange over a socket. Every wait is bounded: when its time is over the
 * socket is closed, whatever it waits for. For one thread at a time.
 */
final class Conversation implements AutoCloseable {
  private static final int PIECE = 8 << 10;

  private final SocketChannel channel;
  private final Duration patience;

  /**
   * Over a socket.
   *
   * @param patience for each step
   */
  Conversation(SocketChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  /** The other side did not do its part in time. */
  static final class Silent extends IOException {
    private static final long serialVersionUID = 1;

    Silent(Throwable cause) {
      super("no word in time", cause);
    }
  }

  /** The other side said more than was agreed. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1;

    TooLong(int most) {
      super("more than " + most + " bytes");
    }
  }

  /** A step that waits. */
  @FunctionalInterface
  interface Step<T> {
    T take() throws IOException;
  }

  /** Does something that waits, for as long as the patience lasts. */
  <T> T bounded(Step<T> step) throws IOException, InterruptedException {
    Thread alarm = Thread.ofVirtual().name("cvt-plugin-alarm").start(this::ring);
    try {
      return step.take();
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      var interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    } catch (AsynchronousCloseException e) {
      throw new Silent(e);
    } finally {
      alarm.interrupt();
    }
  }

  private void ring() {
    try {
      Thread.sleep(patience);
      channel.close();
    } catch (InterruptedException | IOException e) {
      return; // it was in time, or is gone already
    }
  }

  /** Says all of this. */
  void say(byte[] bytes) throws IOException, InterruptedException {
    var rest = ByteBuffer.wrap(bytes);
    int _ =
        bounded(
            () -> {
              while (rest.hasRemaining()) {
                var _ = channel.write(rest);
              }
              return bytes.length;
            });
  }

  /** Has nothing more to say. */
  void end() throws IOException {
    var _ = channel.shutdownOutput();
  }

  /** All that the other side says until it ends, within the patience as a whole. */
  byte[] hearAll(int most) throws IOException, InterruptedException {
    return bounded(
        () -> {
          var heard = new ByteArrayOutputStream();
          while (hear(heard, most)) {}
          return heard.toByteArray();
        });
  }

  /** All that the other side says until it ends; each silence of it is bounded. */
  byte[] hearOut(int most) throws IOException, InterruptedException {
    var heard = new ByteArrayOutputStream();
    while (bounded(() -> hear(heard, most))) {}
    return heard.toByteArray();
  }

  private boolean hear(ByteArrayOutputStream heard, int most) throws IOException {
    var piece = ByteBuffer.allocate(PIECE);
    int length = channel.read(piece);
    if (length < 0) {
      return false;
    }
    if (heard.size() + length > most) {
      throw new TooLong(most);
    }
    heard.write(piece.array(), 0, length);
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
