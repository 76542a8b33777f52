package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/** Starts a manager whose plugin does not start, {@code -times N} and as often before. */
public final class Failures {
  private Failures() {}

  /** Prints one line. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int times = new Flags(args).number("times", 5);
    var config = Config.load(Config.defaultPath());
    var took = new ArrayList<Double>();
    String diagnosis = "";
    for (int i = 0; i < 2 * times; i++) {
      try (var manager = Manager.builder(config).build()) {
        long begin = System.nanoTime();
        try {
          manager.start();
          throw new IllegalStateException("it started");
        } catch (Manager.StartFailed e) {
          took.add((System.nanoTime() - begin) / 1e6);
          diagnosis = e.failure().diagnosis();
        }
      }
    }
    System.out.println(
        JSON.std.asString(Map.of("ms", took.subList(times, 2 * times), "diagnosis", diagnosis)));
  }
}
