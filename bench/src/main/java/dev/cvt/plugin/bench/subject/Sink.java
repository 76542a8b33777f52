package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.AuditSinkProvider;
import dev.cvt.pluginmgr.spi.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The JSON audit sink alone, as {@code gomanager bench-sink} measures zap's: {@code -file FILE
 * -threads 1,8 -duration MS}, after as long again to warm up; further {@code -on platform|virtual}.
 */
public final class Sink {
  private Sink() {}

  /** Prints a line for each number of threads. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = new Flags(args);
    var file = Path.of(flags.text("file", ""));
    var duration = flags.millis("duration", 3000);
    var kind =
        flags.text("on", "platform").equals("virtual")
            ? Thread.ofVirtual().factory()
            : Thread.ofPlatform().factory();
    var provider =
        ServiceLoader.load(AuditSinkProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.id().equals("zap-json"))
            .findFirst()
            .orElseThrow();
    try (var sink = provider.create(new Settings(Map.of("path", file.toString()), file))) {
      for (int threads : flags.numbers("threads", "1,8")) {
        flood(sink, threads, kind, duration);
        long begin = System.nanoTime();
        long written = flood(sink, threads, kind, duration);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.println(
            JSON.std.asString(
                Map.of(
                    "threads", threads, "records", written, "records_per_s", written / seconds)));
      }
    }
  }

  private record Settings(Map<String, String> settings, Path base) implements Context {}

  private static long flood(AuditSink sink, int threads, ThreadFactory kind, Duration duration)
      throws InterruptedException {
    var written = new AtomicLong();
    var all = new ArrayList<Thread>();
    long end = System.nanoTime() + duration.toNanos();
    for (int i = 0; i < threads; i++) {
      all.add(kind.newThread(() -> written.addAndGet(write(sink, end))));
    }
    all.forEach(Thread::start);
    for (var thread : all) {
      thread.join();
    }
    return written.get();
  }

  private static long write(AuditSink sink, long end) {
    long mine = 0;
    while (System.nanoTime() < end) {
      sink.record(
          new AuditRecord(
              AuditRecord.Kind.READ,
              "echo",
              "echo/1.0.0",
              "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
              4711,
              "bench",
              "registry.v1",
              "FetchSchema",
              1,
              AuditRecord.Outcome.OK,
              "",
              Instant.now()));
      mine++;
    }
    return mine;
  }
}
