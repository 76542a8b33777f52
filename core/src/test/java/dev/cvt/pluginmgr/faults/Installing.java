package dev.cvt.pluginmgr.faults;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Changes a home at random until it is killed. */
public final class Installing {

  private Installing() {}

  /** Arguments: the plugin root, the folder with the programs, a seed. */
  public static void main(String[] arguments) throws Exception {
    var root = Path.of(arguments[0]);
    var source = Path.of(arguments[1]);
    var random = new Random(Long.parseLong(arguments[2]));
    var file = StateFile.at(root.resolve("state.json"), root).lockTimeout(Duration.ofMinutes(1));
    System.out.println("ready");
    while (true) {
      try {
        change(file, source, random);
      } catch (Refused e) {
        if (e.reason() != Reason.NOT_INSTALLED && e.reason() != Reason.NO_PREVIOUS) {
          throw e;
        }
      }
    }
  }

  private static void change(StateFile file, Path source, Random random) throws Exception {
    var version = random.nextBoolean() ? "one" : "two";
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> file.install(source.resolve(version).resolve("cvt-plugin-rest"), "rest");
      case 4, 5 -> file.install(source.resolve(version).resolve("cvt-plugin-echo"), "echo");
      case 6 -> file.rollback("rest");
      case 7 -> file.remove("echo");
      case 8 -> file.reset("echo");
      default -> {
        var inside = file.pluginRoot().resolve("in-place");
        if (Files.isRegularFile(inside)) {
          file.install(inside, "in-place");
        }
      }
    }
  }
}
