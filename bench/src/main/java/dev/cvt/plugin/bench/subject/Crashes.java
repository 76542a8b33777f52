package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/** Kills a plugin again and again, {@code -times N}, and starts managers between. */
public final class Crashes {
  private static final String PLUGIN = "echo-0";

  private Crashes() {}

  /** Prints one line. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int times = new Flags(args).number("times", 20);
    var config = Config.load(Config.defaultPath());
    var starts = new ArrayList<Double>();
    var crashes = new ArrayList<Double>();
    for (int i = 0; i < times; i++) {
      long begin = System.nanoTime();
      try (var manager = Manager.builder(config).build()) {
        manager.start();
        call(manager);
        starts.add((System.nanoTime() - begin) / 1e6);
        crashes.add(crash(manager));
      }
    }
    int cold = times / 2; // the first ones warm the JVM up
    System.out.println(
        JSON.std.asString(
            Map.of(
                "start_ms",
                starts.subList(cold, times),
                "crash_ms",
                crashes.subList(cold, times))));
  }

  private static double crash(Manager manager) throws InterruptedException {
    var process = ProcessHandle.of(manager.handle(PLUGIN).orElseThrow().pid()).orElseThrow();
    long begin = System.nanoTime();
    process.destroyForcibly();
    while (true) {
      try {
        call(manager);
        if (manager.handle(PLUGIN).filter(handle -> handle.pid() != process.pid()).isPresent()) {
          return (System.nanoTime() - begin) / 1e6;
        }
      } catch (Manager.CallFailed e) {
        Thread.sleep(1); // it was in flight, or came before the news
      }
    }
  }

  private static void call(Manager manager) {
    var _ = manager.hooks().fetchSchema(FetchSchemaRequest.newBuilder().setSchemaId("x").build());
  }
}
