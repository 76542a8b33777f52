package dev.cvt.goplugin;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A start that waits for its word: everything up to the program's first instruction is done, or is
 * being done, by {@link PluginHost#prepare(Launch)}. Nothing of the program was executed.
 *
 * <pre>{@code
 * try (var prepared = host.prepare(launch)) {
 *   verify(launch.program()); // at the same time
 *   plugin = prepared.start();
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class PreparedStart implements AutoCloseable {
  private final PluginHost host;
  private final Starting attempt;
  private final String name;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITS);

  private enum State {
    WAITS,
    STARTED,
    CLOSED,
    CLOSED_BY_HOST
  }

  PreparedStart(PluginHost host, Starting attempt, String name) {
    this.host = host;
    this.attempt = attempt;
    this.name = name;
  }

  /**
   * Has the program executed and waits until it can be called, as {@link PluginHost#start}. Once
   * only. The launch's time begins now, and so does the first of the phases, which holds what was
   * still to be prepared.
   *
   * @throws StartFailure if it does not become a plugin that answers, also if what was prepared had
   *     failed; nothing of it is left
   * @throws InterruptedException if interrupted, in whatever phase; nothing of it is left
   * @throws IllegalStateException if this was started or closed before
   */
  public RunningPlugin start() throws StartFailure, InterruptedException {
    if (state.compareAndSet(State.WAITS, State.STARTED)) {
      host.used(this);
      return host.run(attempt);
    }
    if (state.get() == State.CLOSED_BY_HOST) {
      throw attempt.hostClosed();
    }
    throw new IllegalStateException("plugin " + name + " was started or closed before");
  }

  /** Takes everything away again, unless it was started. Idempotent. */
  @Override
  public void close() {
    end(State.CLOSED);
  }

  void hostCloses() {
    end(State.CLOSED_BY_HOST);
  }

  private void end(State end) {
    if (state.compareAndSet(State.WAITS, end)) {
      host.used(this);
      host.giveUp(attempt);
    }
  }
}
