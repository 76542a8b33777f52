package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the world what happens to the plugins: the audit sinks, and those who listen. One event at
 * a time, in order, on a thread of its own, so that a listener may take its time, or call the
 * manager, without holding up a plugin's supervisor. Thread-safe.
 */
public final class Announcer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.supervise");

  /** How long the end waits for listeners. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AuditSink trail;
  private final List<Consumer<LifecycleEvent>> listeners;
  private final Duration patience;
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /** How many events have been told. */
  private final AtomicLong told = new AtomicLong();

  private volatile boolean givenUp;

  /** An event, or the end. */
  private record Item(@Nullable LifecycleEvent event) {}

  /** Begins at once. */
  public Announcer(AuditSink trail, List<Consumer<LifecycleEvent>> listeners) {
    this(trail, listeners, PATIENCE);
  }

  /** With another patience, for tests. */
  Announcer(AuditSink trail, List<Consumer<LifecycleEvent>> listeners, Duration patience) {
    this.trail = trail;
    this.listeners = List.copyOf(listeners);
    this.patience = patience;
    this.thread = Thread.ofVirtual().name("cvt-plugin-events").start(this::tell);
  }

  /** Has it told; returns at once. */
  public void announce(LifecycleEvent event) {
    queue.add(new Item(event));
  }

  /** Whether a sink or a listener asks, in the middle of being told. */
  public boolean isTelling() {
    return Thread.currentThread().equals(thread);
  }

  /**
   * Waits until all that was announced has been told, and ends the thread. Where no event is done
   * with for 10 s, whoever is being told is interrupted and left behind, and nobody is told the
   * rest. Called by a listener it does not wait for itself.
   */
  @Override
  public void close() {
    queue.add(new Item(null));
    if (isTelling()) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        long before = told.get();
        if (thread.join(patience)) {
          break;
        }
        if (told.get() == before) {
          giveUp();
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp() {
    givenUp = true;
    thread.interrupt();
    LOG.log(
        System.Logger.Level.WARNING,
        "a listener, or an audit sink, has been busy with one event for over "
            + patience.toMillis()
            + " ms and is left behind, what it has not heard is lost; see where it is stuck");
  }

  private void tell() {
    try {
      for (LifecycleEvent event = queue.take().event();
          event != null && !givenUp;
          event = queue.take().event()) {
        tell(event);
        told.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(LifecycleEvent event) {
    try {
      trail.event(event);
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.WARNING, "an audit sink failed on: " + event.detail(), e);
    }
    for (Consumer<LifecycleEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (Throwable e) { // which must not be the last that anybody is told
        LOG.log(System.Logger.Level.WARNING, "a listener failed on: " + event.detail(), e);
      }
    }
  }
}
