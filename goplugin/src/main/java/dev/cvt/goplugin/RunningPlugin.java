package dev.cvt.goplugin;

import io.grpc.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A plugin that answers: its process, its connection, its end. Thread-safe. Ends with {@link #stop}
 * or {@link #close}, with its {@link PluginHost}, or by itself; the rest can be used after the end
 * and says what was.
 */
@SuppressWarnings("DoNotCallSuggester") // the bodies follow
public final class RunningPlugin implements AutoCloseable {

  RunningPlugin() {}

  /** The name from the launch. */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /**
   * The connection to the plugin, for stubs. Calls are not retried. When the process ends, those in
   * flight fail with {@code UNAVAILABLE} at once, and so does every later one.
   */
  public Channel channel() {
    throw new UnsupportedOperationException();
  }

  /** The process id. */
  public long pid() {
    throw new UnsupportedOperationException();
  }

  /** When it was forked. */
  public Instant started() {
    throw new UnsupportedOperationException();
  }

  /** The version of the application's protocol that both sides agreed on. */
  public int protocolVersion() {
    throw new UnsupportedOperationException();
  }

  /** The plugin's side of AutoMTLS; empty without it. */
  public Optional<Peer> tls() {
    throw new UnsupportedOperationException();
  }

  /** How long each phase of the start took. */
  public Timings timings() {
    throw new UnsupportedOperationException();
  }

  /** The socket that the plugin listens on; empty over TCP. */
  public Optional<Path> socket() {
    throw new UnsupportedOperationException();
  }

  /** Extra connections, in both directions. */
  public Broker broker() {
    throw new UnsupportedOperationException();
  }

  /**
   * Asks the standard health service.
   *
   * @param deadline how long to wait for the answer
   * @throws InterruptedException if interrupted while waiting
   */
  public Health health(Duration deadline) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Completes once, when the process has ended. Never fails. */
  public CompletionStage<Exit> exit() {
    throw new UnsupportedOperationException();
  }

  /** Completes once, when the connection is lost, which is also when the process ends. */
  public CompletionStage<Void> disconnected() {
    throw new UnsupportedOperationException();
  }

  /** As {@link #stop(Duration)} without waiting for calls in flight. */
  public Stopped stop() throws InterruptedException {
    return stop(Duration.ZERO);
  }

  /**
   * Ends the plugin and everything that it started: waits for calls in flight, asks by the {@code
   * Shutdown} call, then {@code SIGTERM}, then {@code SIGKILL}, each with the grace of the launch.
   * Once only: later and concurrent calls wait for the same end.
   *
   * @param drain how long calls in flight may take to finish before anything is asked
   * @throws InterruptedException if interrupted; everything is then ended by {@code SIGKILL} first
   */
  public Stopped stop(Duration drain) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** As {@link #stop()}; never throws. If interrupted, kills at once and stays interrupted. */
  @Override
  public void close() {}
}
