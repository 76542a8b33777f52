package dev.cvt.plugins.conformance;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Something that several rules look at and that is brought about once, when the first of them
 * comes. A breach on the way is everybody's. Thread-safe.
 */
final class Memo<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Making<T> making;
  private @Nullable T made; // guarded by lock
  private @Nullable Breach breach; // guarded by lock

  /** Brings it about. */
  @FunctionalInterface
  interface Making<T> {
    /** Once. */
    T make() throws InterruptedException;
  }

  Memo(Making<T> making) {
    this.making = making;
  }

  T get() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (breach != null) {
        throw breach;
      }
      var known = made;
      if (known == null) {
        known = making.make();
        made = known;
      }
      return known;
    } catch (Breach e) {
      breach = e;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** What is there already; empty also while somebody is about it. */
  Optional<T> peek() {
    if (!lock.tryLock()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(made);
    } finally {
      lock.unlock();
    }
  }
}
