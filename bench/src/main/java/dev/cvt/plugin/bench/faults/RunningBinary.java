package dev.cvt.plugin.bench.faults;

import static java.nio.file.StandardOpenOption.APPEND;

import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A binary is replaced while it runs, executed anew, and rolled back. */
final class RunningBinary implements Fault {

  private static final Path SLEEP = Path.of("/bin/sleep");

  @Override
  public String name() {
    return "running-binary";
  }

  @Override
  public String what() {
    return "a binary is replaced, executed and rolled back while others run from it";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var root = setting.folder().resolve("plugins");
    var state = StateFile.at(root.resolve("state.json"), root);
    var source = setting.folder().resolve("cvt-plugin-sleep");
    Files.copy(SLEEP.toRealPath(), source);
    Path binary = Path.of(state.install(source, "sleep").binaryPath());
    var first = sleeping(binary);
    int tries = setting.times(20, 400);
    long disturbed = 0;
    long wrong = 0;
    long busy = 0;
    try {
      for (int i = 0; i < tries; i++) {
        Process second = null;
        try {
          second = sleeping(binary);
          Files.writeString(source, "#" + i, APPEND);
          var entry = i % 5 == 4 ? state.rollback("sleep") : state.install(source, "sleep");
          wrong += state.verify(entry).equals(entry) ? 0 : 1;
          disturbed += second.isAlive() && first.isAlive() ? 0 : 1;
        } catch (IOException e) {
          System.err.println(e.getMessage()); // "text file busy"
          busy++;
        } finally {
          if (second != null) {
            end(second);
          }
        }
      }
    } finally {
      end(first);
    }
    return new Result(tries, disturbed + busy, 0, wrong);
  }

  private static Process sleeping(Path binary) throws IOException {
    return new ProcessBuilder(binary.toString(), "300").start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    int _ = process.waitFor();
  }
}
