package dev.cvt.pluginmgr.process;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.RecordingAuditSink;
import java.nio.file.Path;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A host that prints all it can be made to print, while its plugin gives its secrets away: logs of
 * every level, errors with their traces, audit records, events, metrics, handles, statuses, the
 * configuration. What it prints is for {@link LeakForms#found}.
 */
final class LeakyHost {

  private LeakyHost() {}

  /**
   * Runs. The last line says how many of the calls went as they were meant to.
   *
   * @param args the home, with the plugins {@code leaky}, {@code refuses} and {@code garbled}
   */
  public static void main(String[] args) throws InterruptedException {
    var console = new ConsoleHandler();
    console.setLevel(Level.ALL);
    Logger.getLogger("").addHandler(console);
    Logger.getLogger("dev.cvt").setLevel(Level.ALL);
    var home = new TestHome(Path.of(args[0]));
    start(home, "garbled");
    start(home, "refuses");
    System.out.println("done " + calls(home));
  }

  private static Config config(TestHome home, String plugin) {
    var config =
        home.config(
            p -> {
              for (int i = 0; i < LeakForms.SECRETS.size(); i++) {
                p.secret("secret-" + i, LeakForms.SECRETS.get(i));
              }
              p.secret("short", LeakForms.SHORT);
              p.secretEnv("LEAKED", LeakForms.SECRETS.getFirst());
            },
            plugin);
    System.out.println(config + " " + config.plugins() + " " + config.warnings());
    return config;
  }

  /** A start that fails. */
  private static void start(TestHome home, String plugin) throws InterruptedException {
    try (var manager =
        Manager.builder(config(home, plugin), home.state()).discovery(false).build()) {
      manager.start();
      throw new AssertionError(plugin + " has started");
    } catch (Manager.StartFailed e) {
      tell(e);
      System.out.println(e.failure());
    }
  }

  private static int calls(TestHome home) throws InterruptedException {
    var metrics = new MetricsTable();
    RecordingAuditSink audit = AuditSink.recording();
    int failed = 0;
    try (var manager =
        Manager.builder(config(home, "leaky"), home.state())
            .discovery(false)
            .audit(audit)
            .metrics(metrics)
            .listener(event -> System.out.println(event))
            .build()) {
      manager.start();
      System.out.println(manager.handle("leaky") + " " + manager.status());
      fetch(manager, "print");
      for (int i = 0; ; i++) {
        try {
          fetch(manager, "fail " + i);
          break; // there are no more forms
        } catch (Manager.CallFailed e) {
          tell(e);
          failed++;
        }
      }
      try {
        fetch(manager, "crash");
        throw new AssertionError("it did not crash");
      } catch (Manager.CallFailed e) {
        tell(e);
      }
      TestHome.await(
          "what it died of", () -> manager.status().get("leaky").lastFailure().isPresent());
      System.out.println(manager.status());
    }
    System.out.println(audit.records() + " " + metrics.read());
    return failed;
  }

  private static void fetch(Manager manager, String what) {
    var id = "request of " + LeakForms.SECRETS.getFirst();
    var request = FetchSchemaRequest.newBuilder().setSchemaId(what).setRequestId(id).build();
    System.out.println(manager.hooks().fetchSchema(request));
  }

  private static void tell(Exception e) {
    System.out.println(e.getMessage());
    e.printStackTrace();
  }
}
