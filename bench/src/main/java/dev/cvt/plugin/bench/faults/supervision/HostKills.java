package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.Result;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills hosts of four plugins at random instants of start, call, restart, reload and stop, and
 * looks for what they leave. Bystanders write down each signal that they get.
 */
public final class HostKills implements Fault {
  /** What is left of a killed host must be gone by then. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final int BYSTANDERS = 8;
  private static final int LONGEST_LIFE_MILLIS = 2500;

  @Override
  public String name() {
    return "host-kills";
  }

  @Override
  public String what() {
    return "kill -9 of a host of 4 plugins with children at 200 random instants of start, call,"
        + " restart, reload and stop; processes and sockets left after 2 s are leaked, strangers"
        + " that got a signal are corrupted";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var household = Household.in(setting);
    for (var plugin : Host.PLUGINS) {
      household.installWithChildren(plugin, 1);
    }
    // Paths of sockets must stay short.
    Path sockets = Files.createDirectory(setting.folder().resolve("t"));
    Path signals = setting.folder().resolve("signals");
    var random = new Random(setting.seed());
    int times = setting.times(6, 200);
    long leaked = 0;
    long slowest = 0;
    int most = 0;
    var bystanders = new ArrayList<Process>();
    try {
      for (int i = 0; i < BYSTANDERS; i++) {
        bystanders.add(bystander(signals));
      }
      for (int i = 0; i < times; i++) {
        Process host = start(household, sockets, random.nextLong());
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
        most = Math.max(most, household.alive().size());
        if (!host.isAlive()) {
          throw new IOException("the host ended by itself: " + Files.readString(log(household)));
        }
        long begin = System.nanoTime();
        host.destroyForcibly();
        leaked += gone(household, sockets, host.pid(), SOON) ? 0 : 1;
        boolean atAll = gone(household, sockets, host.pid(), SOON.multipliedBy(10));
        leaked += atAll ? 0 : 1;
        slowest = Math.max(slowest, System.nanoTime() - begin);
        host.waitFor();
      }
      // What a killed host could not take away, the next one does.
      try (var next =
          household.manager(household.config(p -> {}, Host.PLUGINS), AuditSink.none())) {
        next.start();
        leaked += Household.entries(household.runFolder()).size() - 1;
      }
      leaked += Household.entries(household.runFolder()).size();
      long hurt = bystanders.stream().filter(process -> !process.isAlive()).count();
      long signalled = Files.exists(signals) ? Files.readAllLines(signals).size() : 0;
      return new Result(
          times,
          0,
          leaked,
          hurt + signalled,
          "seed %d, up to %d processes of the plugins, the slowest end %d ms after the kill%s"
              .formatted(
                  setting.seed(),
                  most,
                  TimeUnit.NANOSECONDS.toMillis(slowest),
                  Household.controlGroups()
                      ? ", with control groups"
                      : ", WITHOUT control groups: none may be made here"));
    } finally {
      bystanders.forEach(Process::destroyForcibly);
    }
  }

  private static Process bystander(Path signals) throws IOException {
    var process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "for s in HUP INT QUIT TERM USR1 USR2 CONT ALRM; do"
                    + " trap \"echo $s >>'$0'\" $s; done; echo ready; while :; do sleep 1; done",
                signals.toString())
            .redirectError(Redirect.DISCARD)
            .start();
    var _ = process.inputReader().readLine();
    return process;
  }

  private static Process start(Household household, Path sockets, long seed) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + sockets,
                "-cp",
                System.getProperty("java.class.path"),
                Host.class.getName(),
                household.home().toString(),
                household.echo().toString(),
                Long.toString(seed))
            .redirectError(Redirect.to(log(household).toFile()))
            .start();
    var line = process.inputReader().readLine();
    if (!Host.BEGUN.equals(line)) {
      process.destroyForcibly();
      throw new IOException("the host said " + line + ": " + Files.readString(log(household)));
    }
    return process;
  }

  private static Path log(Household household) {
    return household.home().resolve("host.log");
  }

  /** Whether nothing of it is left by then. */
  private static boolean gone(Household household, Path sockets, long pid, Duration limit)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    while (true) {
      if (household.alive().isEmpty()
          && Household.entries(sockets).isEmpty()
          && groups(pid).isEmpty()) {
        return true;
      }
      if (System.nanoTime() - until > 0) {
        System.err.println(
            "left by " + pid + ": " + household.alive() + Household.entries(sockets) + groups(pid));
        return false;
      }
      Thread.sleep(10);
    }
  }

  /** The control groups of a host. */
  private static List<Path> groups(long pid) throws IOException {
    var parent = Mounts.system().ownCgroup();
    return parent.isEmpty()
        ? List.of()
        : Household.entries(parent.get()).stream()
            .filter(group -> String.valueOf(group.getFileName()).startsWith("goplugin-"))
            .filter(group -> String.valueOf(group.getFileName()).contains("-" + pid + "-"))
            .toList();
  }
}
