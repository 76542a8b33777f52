package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Manager;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Threads that call one plugin one call after another, until told to stop. */
final class Callers implements AutoCloseable {
  private static final long LONGEST = 60_000_000_000L;

  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder calls = new LongAdder();
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
  private volatile Histogram nanos = new ConcurrentHistogram(LONGEST, 3);

  /** So many, of the hook if no plugin is named. */
  static Callers of(Manager manager, String plugin, int number) {
    var callers = new Callers();
    // A client outlives restarts, but is only to be had while the plugin runs.
    var client = manager.registry(plugin).orElseThrow();
    for (int i = 0; i < number; i++) {
      callers.threads.add(
          Thread.ofVirtual()
              .name("caller-" + plugin + "-" + i)
              .start(
                  () -> {
                    while (!callers.over.get()) {
                      callers.call(client);
                    }
                  }));
    }
    return callers;
  }

  private void call(Manager.Registry client) {
    long begin = System.nanoTime();
    try {
      var _ = client.fetchSchema(FetchSchemaRequest.newBuilder().setSchemaId("pets").build());
    } catch (RuntimeException e) {
      failures.add(e);
      pause(); // a caller that finds it down does not come back in the same microsecond
    }
    calls.increment();
    nanos.recordValue(Math.min(LONGEST, System.nanoTime() - begin));
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Calls so far, failed ones included. */
  long calls() {
    return calls.sum();
  }

  /** What calls have failed with so far. */
  List<RuntimeException> failures() {
    return List.copyOf(failures);
  }

  /** The 99th percentile since the last time that this was asked, in milliseconds. */
  double p99() {
    var past = nanos;
    nanos = new ConcurrentHistogram(LONGEST, 3);
    return past.getValueAtPercentile(99) / 1e6;
  }

  @Override
  public void close() {
    stop();
  }

  /** Returns when the last call has ended. Idempotent. */
  void stop() {
    over.set(true);
    for (Thread thread : threads) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
