package dev.cvt.goplugin;

import java.nio.file.Path;
import java.util.Map;

/** A host in a JVM of its own, for tests that kill it. */
final class HostMain {

  private HostMain() {}

  /**
   * Starts one plugin, says so, and waits to be killed.
   *
   * @param arguments the program, and the folder for sockets
   */
  public static void main(String[] arguments) throws Exception {
    var host = PluginHost.builder().folder(Path.of(arguments[1])).build();
    var environment = Map.copyOf(System.getenv());
    var plugin =
        host.start(
            Launch.builder(Path.of(arguments[0]), HostTest.HANDSHAKE)
                .environment(environment)
                .build());
    System.out.println("started " + plugin.pid());
    plugin.exit().toCompletableFuture().join();
  }
}
