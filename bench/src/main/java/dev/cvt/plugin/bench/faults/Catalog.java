package dev.cvt.plugin.bench.faults;

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
            List.of("%s", "300")));
  }
}
