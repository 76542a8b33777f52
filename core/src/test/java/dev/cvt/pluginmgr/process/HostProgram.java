package dev.cvt.pluginmgr.process;

import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.nio.file.Path;

/** A host in a process of its own, which ends with its manager closed by a shutdown hook. */
final class HostProgram {
  private HostProgram() {}

  /**
   * Starts the plugin {@code test} of a home, says so, and exits.
   *
   * @param args the home
   */
  public static void main(String[] args) throws InterruptedException {
    var home = new TestHome(Path.of(args[0]));
    var manager =
        Manager.builder(home.config(p -> {}, "test"), home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(MetricsBackend.none())
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(manager::close, "close"));
    manager.start();
    System.out.println("started " + manager.handle("test").orElseThrow().pid());
    System.exit(0);
  }
}
