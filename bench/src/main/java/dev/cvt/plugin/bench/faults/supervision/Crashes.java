package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.util.List;

/** One plugin is killed again and again, and must come back each time, at no lasting cost. */
public final class Crashes implements Fault {
  private static final int WARM_UP = 20;

  @Override
  public String name() {
    return "crashes";
  }

  @Override
  public String what() {
    return "kill -9 of one plugin with children, 1,000 times in one JVM, each after a call";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    household.installWithChildren("rest", 1);
    var config = household.config(p -> p.restart(Household.TIRELESS), List.of("rest"));
    int times = setting.times(50, 1000);
    long lost = 0;
    Usage before;
    Usage after;
    try (var manager = household.manager(config, AuditSink.none())) {
      manager.start();
      Household.askAtLength(manager, "rest"); // what a host makes once is no leak
      crash(manager, WARM_UP);
      before = Usage.now();
      long restarts = Household.restarts(manager, "rest");
      crash(manager, times);
      lost = Math.abs(Household.restarts(manager, "rest") - restarts - times);
      after = Usage.now();
    }
    return new Result(
        times,
        lost,
        after.more(before) + household.alive().size(),
        0,
        "before: " + before + "; after: " + after + after.opened(before));
  }

  private static void crash(Manager manager, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      long pid = Household.pidOf(manager, "rest");
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      Household.await(
          "the restart", () -> manager.handle("rest").filter(h -> h.pid() != pid).isPresent());
    }
  }
}
