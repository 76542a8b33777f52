package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A new version every second, under callers who must not notice. */
public final class Swaps implements Fault {
  private static final int CALLERS = 64;

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
    int versions = setting.times(5, 60);
    long every = setting.times(200, 1000);
    try (var manager = household.manager(config, AuditSink.none())) {
      manager.start();
      try (var callers = Callers.of(manager, "rest", CALLERS)) {
        for (int version = 1; version <= versions; version++) {
          long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(every);
          String before = manager.handle("rest").orElseThrow().sha256();
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
            versions,
            callers.failures().size(),
            Household.restarts(manager, "rest"),
            0,
            "%,d calls, p99 %.1f ms".formatted(callers.calls(), callers.p99()));
      }
    }
  }
}
