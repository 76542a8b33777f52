package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/**
 * {@code fetch_schema}, as {@code gomanager bench} measures it: {@code -warmup MS -settle MS
 * -duration MS -rate R}; further {@code -threads platform|virtual}, and {@code -raw PLUGIN} for
 * grpc-java alone in place of the manager's hooks. Lines on standard input say what to do, <code>
 * {"warm": CALLERS}</code> or <code>{"turn": CALLERS}</code>, and each is answered by a line of
 * figures.
 */
public final class Calls {
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(2);

  private final Flags flags;

  private Calls(Flags flags) {
    this.flags = flags;
  }

  /** Answers lines until there are no more. */
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
    var asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = asked.readLine(); line != null; line = asked.readLine()) {
      var step = JSON.std.mapFrom(line);
      boolean warm = step.containsKey("warm");
      int callers = (Integer) Objects.requireNonNull(step.get(warm ? "warm" : "turn"));
      var closed = new Load(callers, 0, threads, pids, call);
      var paced = new Load(callers, flags.rate("rate"), threads, pids, call);
      var figures = warm ? warm(closed, paced) : paced.run(flags.millis("duration", 5000));
      System.out.println(JSON.std.asString(figures));
    }
  }

  /**
   * In a closed loop first, since it takes tens of thousands of calls until a JVM has compiled
   * them. Another load takes other branches, and what they lead to is compiled anew.
   */
  private Map<String, Object> warm(Load closed, Load paced)
      throws IOException, InterruptedException {
    var figures = closed.run(flags.millis("warmup", 3000));
    var settle = flags.millis("settle", 0);
    return paced.rate() > 0 && settle.isPositive() ? paced.run(settle) : figures;
  }
}
