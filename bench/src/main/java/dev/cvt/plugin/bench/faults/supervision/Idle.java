package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nothing happens to a manager of sixteen plugins: that must cost next to nothing. */
public final class Idle implements Fault {
  private static final int PLUGINS = 16;

  /** Of one core. */
  private static final double MOST = 0.002;

  /** Kinds of threads, those that used the most. */
  private static final int KINDS_TOLD = 6;

  /** So that what is measured is a host that has run for long, and not its compiler. */
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  /** A JVM compiles on for a while after work, the longer the busier the machine. */
  private static final Duration MOST_SETTLING = Duration.ofMinutes(3);

  private static final Duration CALM = Duration.ofSeconds(20);

  /** Of one core, by the compiler: it has come to rest. */
  private static final double RESTING = 0.0001;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String what() {
    return "nothing, to a manager of 16 plugins, for three minutes: over 0.2 % of a core is leaked";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    var names = IntStream.range(0, PLUGINS).mapToObj(i -> "p" + i).toList();
    for (var name : names) {
      household.install(name, 1);
    }
    warmUp(household, names);
    var window = Duration.ofSeconds(setting.times(10, 180));
    try (var manager = household.manager(household.config(p -> {}, names), AuditSink.none())) {
      manager.start();
      settle();
      var before = Spent.soFar();
      Thread.sleep(window);
      var used = Spent.soFar().since(before);
      var all = Spent.sum(used);
      return new Result(
          1,
          manager.status().values().stream().filter(s -> s.restarts() > 0).count(),
          all.share(window) < MOST ? 0 : 1,
          0,
          words(all, window)
              + " of all threads: "
              + used.stream()
                  .limit(KINDS_TOLD)
                  .map(use -> use.name() + " " + words(use, window))
                  .collect(Collectors.joining("; ")));
    }
  }

  /** Waits for the compiler. */
  private static void settle() throws IOException, InterruptedException {
    long end = System.nanoTime() + MOST_SETTLING.toNanos();
    double compiling = 1;
    while (compiling > RESTING && System.nanoTime() < end) {
      var before = Spent.soFar();
      Thread.sleep(CALM);
      var used = Spent.soFar().since(before);
      compiling =
          Spent.sum(used.stream().filter(use -> use.name().contains("Compiler")).toList())
              .share(CALM);
    }
  }

  private static String words(Spent.Use use, Duration window) {
    return "%.3f %%, %.1f/s".formatted(use.share(window) * 100, use.wakesEachSecond(window));
  }

  /** As many health checks as eight hours of idling bring. */
  private static void warmUp(Household household, List<String> plugins) throws Exception {
    var often = new Config.Health(Duration.ofMillis(10), Duration.ofSeconds(2), 3, false);
    var config = household.config(p -> p.health(often), plugins);
    try (var manager = household.manager(config, AuditSink.none())) {
      manager.start();
      Thread.sleep(WARM_UP);
    }
  }
}
