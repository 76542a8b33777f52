package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/**
 * {@code fetch_schema}, as {@code gomanager bench} measures it: {@code -callers 1,8 -warmup MS
 * -settle MS -duration MS -rate R}; further {@code -threads platform|virtual}, and {@code -raw
 * PLUGIN} for grpc-java alone in place of the manager's hooks.
 */
public final class Calls {
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(2);

  private final Flags flags;

  private Calls(Flags flags) {
    this.flags = flags;
  }

  /** Prints a line for each number of callers. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var calls = new Calls(new Flags(args));
    var plugin = calls.flags.text("raw", "");
    if (plugin.isEmpty()) {
      calls.throughManager();
    } else {
      calls.alone(Path.of(plugin));
    }
  }

  private void throughManager() throws IOException, InterruptedException {
    var config = Config.load(Config.defaultPath());
    try (var manager = Manager.builder(config).build()) {
      manager.start();
      var pids =
          config.hooks().values().stream()
              .distinct()
              .map(name -> manager.handle(name).orElseThrow().pid())
              .toList();
      var hooks = manager.hooks();
      var victim = flags.text("kill", "");
      if (!victim.isEmpty()) {
        Thread.ofVirtual().name("killer").start(() -> kill(manager, victim));
      }
      var request = request();
      measure(
          pids,
          () -> {
            if (hooks.fetchSchema(request).isEmpty()) {
              throw new IllegalStateException("no schema");
            }
          });
    }
  }

  /** Until the process ends. */
  private static void kill(Manager manager, String victim) {
    try {
      while (true) {
        Thread.sleep(BETWEEN_KILLS);
        manager
            .handle(victim)
            .flatMap(handle -> ProcessHandle.of(handle.pid()))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void alone(Path program) throws IOException, InterruptedException {
    try (var plugin = RawPlugin.start(program)) {
      var registry = plugin.registry();
      var request = request();
      measure(List.of(plugin.pid()), () -> registry.fetchSchema(request));
    }
  }

  private FetchSchemaRequest request() {
    return FetchSchemaRequest.newBuilder()
        .setSchemaId(flags.text("schema-id", "pets"))
        .setRequestId("bench")
        .build();
  }

  private void measure(List<Long> pids, Runnable call) throws IOException, InterruptedException {
    ThreadFactory threads =
        flags.text("threads", "platform").equals("virtual")
            ? Thread.ofVirtual().factory()
            : Thread.ofPlatform().factory();
    for (int callers : flags.numbers("callers", "1,8,64")) {
      // In a closed loop, since it takes tens of thousands of calls until a JVM has compiled them.
      new Load(callers, 0, threads, pids, call).run(flags.millis("warmup", 3000));
      var load = new Load(callers, flags.rate("rate"), threads, pids, call);
      var settle = flags.millis("settle", 0);
      // Another load takes other branches, and what they lead to is compiled anew.
      var first = load.rate() > 0 && settle.isPositive() ? load.run(settle) : Map.of();
      var figures = load.run(flags.millis("duration", 5000));
      figures.put("first_p99_us", first.get("p99_us"));
      System.out.println(JSON.std.asString(figures));
    }
  }
}
