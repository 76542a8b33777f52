package dev.cvt.goplugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;

/** A host in a JVM of its own, for tests that kill it. */
final class HostMain {

  private HostMain() {}

  /**
   * Starts one plugin, says so, and ends as it is told.
   *
   * @param arguments the program, the folder for sockets, and how it ends: {@code waits} for
   *     whatever somebody else does, {@code exits}, {@code throws}, {@code halts}, or {@code eats}
   *     all memory; or that it only prepares the start and {@code holds} it, or does so without a
   *     watchdog ({@code holds-unguarded})
   */
  public static void main(String[] arguments) throws Exception {
    var host =
        PluginHost.builder()
            .folder(Path.of(arguments[1]))
            .orphanGuard(!arguments[2].equals("holds-unguarded"))
            .build();
    var environment = Map.copyOf(System.getenv());
    var launch =
        Launch.builder(Path.of(arguments[0]), HostTest.HANDSHAKE).environment(environment).build();
    if (arguments[2].startsWith("holds")) {
      try (var _ = host.prepare(launch)) {
        System.out.println("holds");
        Thread.sleep(Duration.ofMinutes(1)); // until somebody kills it
      }
      return;
    }
    var plugin = host.start(launch);
    System.out.println("started " + plugin.pid());
    switch (arguments[2]) {
      case "exits" -> System.exit(3);
      case "throws" -> throw new IllegalStateException("as was wanted");
      case "halts" -> Runtime.getRuntime().halt(4);
      case "eats" -> eat();
      default -> plugin.exit().toCompletableFuture().join();
    }
  }

  private static void eat() {
    var eaten = new ArrayList<byte[]>();
    while (true) {
      eaten.add(new byte[1 << 20]);
    }
  }
}
