package dev.cvt.pluginmgr.file;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Work that an interrupt must not cut in two. An interrupt closes whatever file the thread is just
 * writing; so such work runs on a thread of its own, which nobody knows and nobody interrupts, and
 * its caller, once interrupted, waits on and keeps the interrupt for later. For short work only.
 */
public final class Uninterrupted {

  private Uninterrupted() {}

  /** Does the work and returns its result, or throws what it throws. */
  public static <T> T call(Callable<T> work) throws Exception {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name("pluginmgr-commit")
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            });
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case Exception cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> throw new IllegalStateException(e);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
