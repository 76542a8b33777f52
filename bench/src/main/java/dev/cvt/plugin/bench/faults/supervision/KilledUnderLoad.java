package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One of two plugins is killed under load; its callers are told why, the other's notice nothing.
 */
public final class KilledUnderLoad implements Fault {
  private static final int CALLERS = 16;

  @Override
  public String name() {
    return "killed-under-load";
  }

  @Override
  public String what() {
    return "kill -9 of one of two plugins every 2 s for a minute, 16 callers each: failed calls of"
        + " the other are lost, failed calls without a reason or a record are corrupted";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    household.install("victim", 1);
    household.install("other", 1);
    var config = household.config(p -> p.restart(Household.TIRELESS), List.of("victim", "other"));
    Map<String, String> codes = new ConcurrentHashMap<>();
    AuditSink audit =
        audited -> {
          if (audited.outcome() != AuditRecord.Outcome.OK) {
            codes.put(audited.requestId(), audited.errorCode());
          }
        };
    int kills = setting.times(3, 30);
    long every = setting.times(400, 2000);
    try (var manager = household.manager(config, audit)) {
      manager.start();
      try (var victims = Callers.of(manager, "victim", CALLERS);
          var others = Callers.of(manager, "other", CALLERS)) {
        Thread.sleep(every);
        double calm = others.p99();
        for (int i = 0; i < kills; i++) {
          long killed = manager.handle("victim").orElseThrow().pid();
          ProcessHandle.of(killed).ifPresent(ProcessHandle::destroyForcibly);
          Thread.sleep(every);
          Household.await(
              "the restart",
              () -> manager.handle("victim").filter(handle -> handle.pid() != killed).isPresent());
        }
        double storm = others.p99();
        victims.stop();
        others.stop();
        long unexplained =
            victims.failures().stream().filter(failure -> !explained(failure, codes)).count();
        victims.failures().stream()
            .filter(failure -> !explained(failure, codes))
            .limit(3)
            .forEach(Throwable::printStackTrace);
        others.failures().stream().limit(3).forEach(Throwable::printStackTrace);
        return new Result(
            kills,
            others.failures().size() + Math.abs(Household.restarts(manager, "victim") - kills),
            0,
            unexplained,
            "%,d calls of the victim, %,d failed and explained; %,d of the other, p99 %.1f ms before, %.1f ms during"
                .formatted(
                    victims.calls(), victims.failures().size(), others.calls(), calm, storm));
      }
    }
  }

  /** It says what became of the plugin, and stands in the audit trail under the same code. */
  private static boolean explained(RuntimeException failure, Map<String, String> codes) {
    return failure instanceof Manager.CallFailed failed
        && failed.code().equals("Unavailable")
        && failed.code().equals(codes.get(failed.requestId()))
        && failed.plugin().equals("victim")
        && !failed.remedy().isEmpty();
  }
}
