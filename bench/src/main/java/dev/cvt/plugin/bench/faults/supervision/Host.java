package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A host that is never done: it starts, calls, restarts, reloads and stops until it is killed. */
final class Host {
  static final List<String> PLUGINS = List.of("one", "two", "three", "four");

  /** What it says before the first start. */
  static final String BEGUN = "begun";

  private static final int MOST_TURNS = 6;

  private final Household household;
  private final Random random;
  private int round;

  private Host(Household household, Random random) {
    this.household = household;
    this.random = random;
  }

  /**
   * Goes on for ever.
   *
   * @param args the home, the echo plugin, and a seed
   */
  public static void main(String[] args) throws Exception {
    var household = Household.in(Path.of(args[0]), Path.of(args[1]));
    var host = new Host(household, new Random(Long.parseLong(args[2])));
    System.out.println(BEGUN);
    while (true) {
      host.live();
    }
  }

  private void live() throws Exception {
    try (var manager = household.manager(config(), AuditSink.none())) {
      manager.start();
      int turns = random.nextInt(MOST_TURNS);
      for (int i = 0; i < turns; i++) {
        turn(manager, PLUGINS.get(random.nextInt(PLUGINS.size())));
      }
    }
  }

  private Config config() {
    round++;
    return household.config(
        p -> p.restart(Household.TIRELESS).config("round", Integer.toString(round)), PLUGINS);
  }

  private void turn(Manager manager, String plugin) throws Exception {
    switch (random.nextInt(3)) {
      case 0 -> {
        for (int i = 0; i < 50; i++) {
          var _ = Household.pidOf(manager, plugin);
        }
      }
      case 1 -> {
        long pid = Household.pidOf(manager, plugin);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        Household.await(
            "the restart", () -> manager.handle(plugin).filter(h -> h.pid() != pid).isPresent());
      }
      default -> manager.reload(config());
    }
  }
}
