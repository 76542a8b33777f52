package dev.cvt.plugin.tests.conformance;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Examinations that are made a few at a time, ahead of the tests that ask for them, since each
 * waits more than it works. No other class of tests runs meanwhile. For one thread.
 */
final class Ahead {
  private static final int AT_ONCE = 12;
  private static final long LAST_SECONDS = 60;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("examination-", 0).factory());
  private final Map<String, Future<Examination>> made = new HashMap<>();

  /** Begins one as soon as there is room. */
  void begin(String name, Callable<Examination> examination) {
    made.put(name, threads.submit(examination));
  }

  /** What one has found, when it is done; what it threw is thrown here, a skipped test's too. */
  Examination of(String name) throws Exception {
    try {
      return made.get(name).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception thrown -> throw thrown;
        case Error thrown -> throw thrown;
        default -> throw e;
      }
    }
  }

  /** Gives up what nobody asked for, and waits until its processes are gone. */
  void end() throws InterruptedException {
    threads.shutdownNow();
    if (!threads.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("an examination does not end");
    }
  }
}
