package dev.cvt.goplugin.serve;

import io.grpc.Context;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Interrupts the thread of a handler when its call is cancelled, by the caller or by its deadline,
 * so that blocking code ends instead of working for nobody. After {@link #close} the thread is not
 * interrupted any more, and an interrupt that came too late is taken back: the thread goes on to
 * other work.
 */
final class HandlerInterrupt implements Context.CancellationListener, AutoCloseable {

  private final Thread handler = Thread.currentThread();
  private final Context context;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean over; // guarded by lock

  private HandlerInterrupt(Context context) {
    this.context = context;
  }

  /** Watches over what the current thread does until {@link #close}. */
  static HandlerInterrupt whileRunning(Context context) {
    HandlerInterrupt interrupt = new HandlerInterrupt(context);
    context.addListener(interrupt, Runnable::run);
    return interrupt;
  }

  @Override
  public void cancelled(Context context) {
    lock.lock();
    try {
      if (!over) { // on the handler's own thread where the call is cancelled before it begins
        handler.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    context.removeListener(this);
    lock.lock();
    try {
      over = true;
    } finally {
      lock.unlock();
    }
    Thread.interrupted();
  }
}
