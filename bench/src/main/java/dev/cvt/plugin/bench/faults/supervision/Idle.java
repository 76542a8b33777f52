package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Nothing happens to a manager of sixteen plugins: that must cost next to nothing. */
public final class Idle implements Fault {
  private static final int PLUGINS = 16;

  /** Of one core. */
  private static final double MOST = 0.002;

  /** A JVM compiles and collects on for a while after work, the more the busier the machine. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** So that what is measured is a host that has run for long, and not its compiler. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String what() {
    return "nothing, to a manager of 16 plugins, for a minute: over 0.2 % of a core is leaked";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    var names = IntStream.range(0, PLUGINS).mapToObj(i -> "p" + i).toList();
    for (var name : names) {
      household.install(name, 1);
    }
    warmUp(household, names.getFirst());
    var window = Duration.ofSeconds(setting.times(10, 60));
    try (var manager = household.manager(household.config(p -> {}, names), AuditSink.none())) {
      manager.start();
      Thread.sleep(SETTLING);
      var before = Spent.now();
      Thread.sleep(window);
      var after = Spent.now();
      double share = (double) (after.nanos - before.nanos) / window.toNanos();
      return new Result(
          1,
          manager.status().values().stream().filter(s -> s.restarts() > 0).count(),
          share < MOST ? 0 : 1,
          0,
          "%.3f %% of a core, %.1f wake-ups/s of all threads together"
              .formatted(
                  share * 100, (after.switches - before.switches) / (double) window.toSeconds()));
    }
  }

  /** As many health checks as hours of idling bring. */
  private static void warmUp(Household household, String plugin) throws Exception {
    var often = new Config.Health(Duration.ofMillis(10), Duration.ofSeconds(2), 3, false);
    var config = household.config(p -> p.health(often), List.of(plugin));
    try (var manager = household.manager(config, AuditSink.none())) {
      manager.start();
      Thread.sleep(WARM_UP);
    }
  }

  /**
   * What the threads of this JVM have used so far.
   *
   * @param nanos on a processor
   * @param switches how often one went to sleep
   */
  private record Spent(long nanos, long switches) {
    private static final String SLEPT = "voluntary_ctxt_switches:";

    static Spent now() throws IOException {
      long nanos = 0;
      long switches = 0;
      try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
        for (Path thread : threads) {
          nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
          switches +=
              Files.readString(thread.resolve("status"))
                  .lines()
                  .filter(line -> line.startsWith(SLEPT))
                  .mapToLong(line -> Long.parseLong(line.substring(SLEPT.length()).strip()))
                  .sum();
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      return new Spent(nanos, switches);
    }
  }
}
