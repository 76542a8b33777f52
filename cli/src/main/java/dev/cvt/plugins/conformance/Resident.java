package dev.cvt.plugins.conformance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The process that one rule after another looks at: the first one, as long as it is well, then
 * another. One rule at a time; thread-safe.
 */
final class Resident {
  private final Subject subject;
  private final Memo.Making<Served> another;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Served> current; // guarded by lock

  /**
   * Begins with one that is there.
   *
   * @param another starts the next one
   */
  Resident(Subject subject, Optional<Served> first, Memo.Making<Served> another) {
    this.subject = subject;
    this.current = first;
    this.another = another;
  }

  /** One that is well, as far as is known. */
  Served get() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var served = current.isPresent() ? current.get() : another.make();
      current = Optional.of(served);
      return served;
    } finally {
      lock.unlock();
    }
  }

  /** What ails it after a rule, if anything; the next rule then finds another one. */
  Optional<String> ailment() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (current.isEmpty()) {
        return Optional.empty();
      }
      var ailment = ailment(current.get());
      if (ailment.isPresent()) {
        current = Optional.empty();
      }
      return ailment;
    } finally {
      lock.unlock();
    }
  }

  private Optional<String> ailment(Served served) throws InterruptedException {
    var reply = ping(served.calls(), subject.patience().answer());
    if (First.reached(reply)) {
      return Optional.empty();
    }
    var exit = served.guest().awaitExit(Duration.ZERO);
    if (exit.isEmpty() && !reply.answered()) {
      // A connection that was just lost is told before the death that it comes from.
      exit = served.guest().awaitExit(subject.patience().calm());
    }
    return Optional.of(
        (exit.isPresent()
                ? "it exited with code " + exit.getAsInt()
                : "it no longer answers: " + reply.words())
            + served.guest().lastWords());
  }

  /** Whether anybody is there, whatever it says. */
  static Calls.Reply ping(Calls calls, Duration patience) throws InterruptedException {
    return calls.call(Protocol.HEALTH, Protocol.healthOf(Protocol.PLUGIN), patience);
  }
}
