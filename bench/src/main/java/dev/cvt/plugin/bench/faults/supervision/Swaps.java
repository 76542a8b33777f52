package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.time.Duration;
import java.util.List;

/** A new version every second, under callers who must not notice. */
public final class Swaps implements Fault {
  private static final int CALLERS = 64;
  private static final Duration EVERY = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "swaps";
  }

  @Override
  public String what() {
    return "a new version installed and reloaded every second for a minute, under 64 callers:"
        + " failed calls are lost";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    household.install("rest", 0);
    var config = household.config(p -> {}, List.of("rest"));
    long until = System.nanoTime() + Duration.ofSeconds(setting.times(5, 60)).toNanos();
    int version = 0;
    try (var manager = household.manager(config, AuditSink.none())) {
      manager.start();
      try (var callers = Callers.of(manager, "rest", CALLERS)) {
        while (System.nanoTime() - until < 0) {
          long next = System.nanoTime() + EVERY.toNanos();
          String before = manager.handle("rest").orElseThrow().sha256();
          version++;
          household.install("rest", version);
          var done = manager.reload(manager.config());
          if (!done.replaced().equals(List.of("rest"))
              || manager.handle("rest").orElseThrow().sha256().equals(before)) {
            throw new IllegalStateException("not replaced: " + done);
          }
          Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
        }
        callers.stop();
        callers.failures().stream().limit(3).forEach(Throwable::printStackTrace);
        return new Result(
            version,
            callers.failures().size(),
            Household.restarts(manager, "rest"),
            0,
            "%,d calls, p99 %.1f ms".formatted(callers.calls(), callers.p99()));
      }
    }
  }
}
