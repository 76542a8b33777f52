package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Manager start to ready, and stop, as {@code gomanager bench-start} measures it: {@code -times N}.
 */
public final class Starts {
  private Starts() {}

  /** Prints one line. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = new Flags(args);
    var starts = new ArrayList<Double>();
    var stops = new ArrayList<Double>();
    measure(flags.number("times", 10), starts, stops);
    System.out.println(
        JSON.std.asString(
            Map.of("start_ms", starts, "stop_ms", stops, "rss_anon_bytes", Usage.rssAnonymous())));
  }

  private static void measure(int times, List<Double> starts, List<Double> stops)
      throws InterruptedException {
    for (int i = 0; i < times; i++) {
      // As the Go program does, the files are read anew outside of what is measured.
      var config = Config.load(Config.defaultPath());
      long begin = System.nanoTime();
      try (var manager = Manager.builder(config).build()) {
        manager.start();
        starts.add((System.nanoTime() - begin) / 1e6);
        begin = System.nanoTime();
      }
      stops.add((System.nanoTime() - begin) / 1e6);
    }
  }
}
