package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that loads the {@code config.yaml} of each folder that it is given, in the small heap
 * that its JVM was started with, and says what came of it.
 */
final class HostileLoad {
  private HostileLoad() {}

  public static void main(String[] folders) throws IOException {
    for (var folder : folders) {
      System.out.println(Path.of(folder).getFileName() + "\t" + outcome(Path.of(folder)));
    }
  }

  private static String outcome(Path folder) throws IOException {
    var env = Map.of("LARGE", "x".repeat(128 << 10), "TOKEN", "hushhush-of-the-token");
    try {
      var config =
          Config.reader().home(Path.of("/home/u")).env(env).read(folder.resolve("config.yaml"));
      var secrets = 0;
      for (var plugin : config.plugins().values()) {
        secrets += Scrubber.of(plugin.config().values()).scrub("nothing").length();
      }
      return "taken " + config.plugins().size() + (secrets < 0 ? "!" : "");
    } catch (Config.Invalid e) {
      if (e.getMessage().length() > 200_000) {
        return "a message of " + e.getMessage().length() + " characters";
      }
      return first(e.problems()).replace(folder + "/", "");
    }
  }

  private static String first(List<Config.Problem> problems) {
    return (problems.size() > 1 ? problems.size() + " problems, " : "") + problems.getFirst();
  }

  /** For the test: writes a file piece by piece; {@code @i} in a piece is its number. */
  static void write(Path file, String head, String piece, int times, String tail)
      throws IOException {
    Files.createDirectories(file.getParent());
    try (var out = Files.newBufferedWriter(file)) {
      out.write(head);
      for (var i = 0; i < times; i++) {
        out.write(piece.replace("@i", Integer.toString(i)));
      }
      out.write(tail);
    }
  }
}
