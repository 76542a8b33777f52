package dev.cvt.pluginmgr.faults;

import dev.cvt.pluginmgr.StateFile;
import java.nio.file.Path;
import java.time.Duration;

/** Installs plugins {@code FIRST-0} to {@code FIRST-N}. */
public final class InstallingMany {

  private InstallingMany() {}

  /**
   * Arguments: the plugin root, the folder with the programs, the first part of names, a number.
   */
  public static void main(String[] arguments) throws Exception {
    var root = Path.of(arguments[0]);
    var file = StateFile.at(root.resolve("state.json"), root).lockTimeout(Duration.ofMinutes(2));
    System.out.println("ready");
    int _ = System.in.read(); // all start at once
    for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
      var name = arguments[2] + "-" + i;
      file.install(Path.of(arguments[1]).resolve("cvt-plugin-" + name), name);
    }
  }
}
