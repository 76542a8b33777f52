package dev.cvt.plugin.bench.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Callers that call again and again. In a closed loop each calls as soon as it has its answer; at a
 * fixed rate each call is due at its own time, and counts from then, whenever it could start: a
 * stall is then seen by all calls that were due in it.
 *
 * @param rate calls for each second by all callers together; 0 for a closed loop
 */
record Load(int callers, double rate, ThreadFactory threads, List<Long> plugins, Runnable call) {
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  /** Calls for so long, and gives the figures under the names that the Go program gives them. */
  Map<String, Object> run(Duration duration) throws IOException, InterruptedException {
    System.gc();
    var failed = new AtomicLong();
    var each = new ArrayList<Histogram>();
    var running = new ArrayList<Thread>();
    long allocated = Usage.allocated();
    long cpu = Usage.ownCpu();
    long pluginCpu = Usage.cpu(plugins);
    long begin = System.nanoTime();
    for (int caller = 0; caller < callers; caller++) {
      var mine = new Histogram(LONGEST_NANOS, 3);
      each.add(mine);
      int first = caller;
      var thread = threads.newThread(() -> loop(first, begin, duration.toNanos(), mine, failed));
      running.add(thread);
      thread.start();
    }
    for (var thread : running) {
      thread.join();
    }
    double nanos = System.nanoTime() - begin;
    cpu = Usage.ownCpu() - cpu;
    pluginCpu = Usage.cpu(plugins) - pluginCpu;
    allocated = Usage.allocated() - allocated;
    var all = new Histogram(LONGEST_NANOS, 3);
    each.forEach(all::add);
    double calls = Math.max(1, all.getTotalCount());
    var figures = new LinkedHashMap<String, Object>();
    figures.put("callers", callers);
    figures.put("rate", rate);
    figures.put("calls", all.getTotalCount());
    figures.put("failed", failed.get());
    figures.put("seconds", nanos / 1e9);
    figures.put("calls_per_s", calls / nanos * 1e9);
    figures.put("p50_us", all.getValueAtPercentile(50) / 1e3);
    figures.put("p90_us", all.getValueAtPercentile(90) / 1e3);
    figures.put("p99_us", all.getValueAtPercentile(99) / 1e3);
    figures.put("p999_us", all.getValueAtPercentile(99.9) / 1e3);
    figures.put("max_us", all.getMaxValue() / 1e3);
    figures.put("cpu_us_per_call", cpu / calls / 1e3);
    figures.put("plugin_cpu_us_per_call", pluginCpu / calls / 1e3);
    figures.put("alloc_bytes_per_call", allocated / calls);
    figures.put("rss_anon_bytes", Usage.rssAnonymous());
    return figures;
  }

  private void loop(int first, long begin, long duration, Histogram latencies, AtomicLong failed) {
    if (rate > 0) {
      beOnTime();
    }
    for (long number = first; ; number += callers) {
      long due = rate > 0 ? begin + (long) (number / rate * 1e9) : System.nanoTime();
      if (due - begin >= duration) {
        return;
      }
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      try {
        call.run();
      } catch (RuntimeException e) {
        if (failed.getAndIncrement() == 0) {
          e.printStackTrace();
        }
      }
      latencies.recordValue(Math.min(System.nanoTime() - due, LONGEST_NANOS));
    }
  }

  /**
   * Linux lets whoever waits for a time wake up 50 µs late, so as to wake up several at once; the
   * timers that the Go program waits for are not meant by that. Where it cannot be had otherwise,
   * calls are that much later.
   */
  private static void beOnTime() {
    try {
      var thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
      Files.writeString(Path.of("/proc").resolve(thread).resolve("timerslack_ns"), "1");
    } catch (IOException e) {
      System.err.println("callers wake up a little late: " + e);
    }
  }
}
