package dev.cvt.plugin.bench.faults;

import dev.cvt.plugin.bench.faults.supervision.Crashes;
import dev.cvt.plugin.bench.faults.supervision.Crowd;
import dev.cvt.plugin.bench.faults.supervision.HostKills;
import dev.cvt.plugin.bench.faults.supervision.Idle;
import dev.cvt.plugin.bench.faults.supervision.KilledUnderLoad;
import dev.cvt.plugin.bench.faults.supervision.Swaps;
import java.util.List;

/** All faults, in the order of the table. A new row is a new line here. */
final class Catalog {

  private Catalog() {}

  static List<Fault> all() {
    return List.of(
        new ProgramFault(
            "kill-install",
            "kill -9 of an installing process at a random instant",
            "dev.cvt.pluginmgr.faults.KillInstalls",
            List.of("%s", "20"),
            List.of("%s", "300")),
        new ProgramFault(
            "every-call",
            "each file system call of each change fails, is slow, is the last before death or a"
                + " power cut",
            "dev.cvt.pluginmgr.install.EveryFault",
            List.of("%s", "1"),
            List.of("%s")),
        new RealDisk(RealDisk.Trouble.FULL),
        new RealDisk(RealDisk.Trouble.QUOTA),
        new TakenAway(TakenAway.What.THE_DISK),
        new TakenAway(TakenAway.What.THE_PERMISSION),
        new RealDisk(RealDisk.Trouble.OTHER_DEVICE),
        new SixteenInstallers(),
        new RunningBinary(),
        new ExchangedBinary(false),
        new ExchangedBinary(true),
        new ProgramFault(
            "environment",
            "three plugins of a host full of secrets: each one's environment, for the others'",
            "dev.cvt.pluginmgr.process.Environments",
            List.of("%s", "1", "%cvt-plugin-echo"),
            List.of("%s", "10", "%cvt-plugin-echo")),
        new ProgramFault(
            "leaking-plugin",
            "a plugin gives its secrets away in every form, by every way out",
            "dev.cvt.pluginmgr.process.Leaks",
            List.of("%s", "1"),
            List.of("%s", "20")),
        new Crashes(),
        new HostKills(),
        new Swaps(),
        new KilledUnderLoad(),
        new Idle(),
        new Crowd());
  }
}
