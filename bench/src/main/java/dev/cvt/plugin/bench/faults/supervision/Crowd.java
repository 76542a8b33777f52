package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.util.List;
import java.util.stream.IntStream;

/** Many plugins in one manager: all come up, answer, and go. */
public final class Crowd implements Fault {

  @Override
  public String name() {
    return "crowd";
  }

  @Override
  public String what() {
    return "64 plugins with children in one manager are started, called and stopped";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    int number = setting.times(8, 64);
    var names = IntStream.range(0, number).mapToObj(i -> "p" + i).toList();
    for (var name : names) {
      household.installWithChildren(name, 1);
    }
    long wrong = 0;
    long begin = System.nanoTime();
    double started;
    double stopped;
    int most;
    try (var manager = household.manager(household.config(p -> {}, names), AuditSink.none())) {
      manager.start();
      started = since(begin);
      for (var name : names) {
        wrong += Household.pidOf(manager, name) > 0 ? 0 : 1;
      }
      most = household.alive().size();
      begin = System.nanoTime();
    }
    stopped = since(begin);
    List<Long> left = household.alive();
    return new Result(
        number,
        wrong,
        left.size() + Household.entries(household.runFolder()).size(),
        0,
        "started in %.0f ms, %d processes, stopped in %.0f ms".formatted(started, most, stopped));
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
