package dev.cvt.pluginmgr.process;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A host of its own, since the variables of a process are its own: it starts all plugins of the two
 * files in a home, says who they are, and holds them until its input ends.
 */
final class EnvironmentHost {

  private EnvironmentHost() {}

  /**
   * Prints a line {@code NAME PID} for each plugin, then {@code ready}.
   *
   * @param args the home
   */
  public static void main(String[] args) throws InterruptedException, IOException {
    var home = new TestHome(Path.of(args[0]));
    var config = Config.reader().home(home.home()).read(home.home().resolve(".cvt/config.yaml"));
    try (var manager =
        Manager.builder(config, home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(MetricsBackend.none())
            .build()) {
      manager.start();
      config
          .plugins()
          .keySet()
          .forEach(
              name -> System.out.println(name + " " + manager.handle(name).orElseThrow().pid()));
      System.out.println("ready");
      int _ = System.in.read();
    }
  }
}
