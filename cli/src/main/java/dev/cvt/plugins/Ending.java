package dev.cvt.plugins;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has the end of this process, by Ctrl-C or another signal, wait for a thread that has something to
 * put away: it is interrupted, and puts it away as it would after a failure.
 */
final class Ending implements AutoCloseable {
  /** More than managers take to end plugins that ignore every word. */
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private Ending(Thread thread) {
    this.hook = new Thread(() -> end(thread), "ending");
  }

  /** Until it is closed, which is when all is put away. */
  static Ending waitsFor(Thread thread) {
    Ending ending = new Ending(thread);
    Runtime.getRuntime().addShutdownHook(ending.hook);
    return ending;
  }

  private void end(Thread thread) {
    thread.interrupt();
    try {
      boolean _ = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // it is running
    }
  }
}
