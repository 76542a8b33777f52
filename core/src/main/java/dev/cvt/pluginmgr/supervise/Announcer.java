package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the world what happens to the plugins: the audit sinks, and those who listen. One event at
 * a time, in order, on a thread of its own, so that a listener may take its time, or call the
 * manager, without holding up a plugin's supervisor. Thread-safe.
 */
public final class Announcer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.supervise");

  private final AuditSink trail;
  private final List<Consumer<LifecycleEvent>> listeners;
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /** An event, or the end. */
  private record Item(@Nullable LifecycleEvent event) {}

  /** Begins at once. */
  public Announcer(AuditSink trail, List<Consumer<LifecycleEvent>> listeners) {
    this.trail = trail;
    this.listeners = List.copyOf(listeners);
    this.thread = Thread.ofVirtual().name("cvt-plugin-events").start(this::tell);
  }

  /** Has it told; returns at once. */
  public void announce(LifecycleEvent event) {
    queue.add(new Item(event));
  }

  /**
   * Waits until all that was announced has been told, and ends the thread. Called by a listener it
   * does not wait for itself.
   */
  @Override
  public void close() {
    queue.add(new Item(null));
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() {
    try {
      for (LifecycleEvent event = queue.take().event();
          event != null;
          event = queue.take().event()) {
        tell(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(LifecycleEvent event) {
    try {
      trail.event(event);
    } catch (RuntimeException | LinkageError e) {
      LOG.log(System.Logger.Level.WARNING, "an audit sink failed on: " + event.detail(), e);
    }
    for (Consumer<LifecycleEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException | LinkageError e) {
        LOG.log(System.Logger.Level.WARNING, "a listener failed on: " + event.detail(), e);
      }
    }
  }
}
