package dev.cvt.plugins.conformance;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One start under AutoMTLS, by this project's own host, which alone can make certificates.
 *
 * @param host ends the plugin
 * @param plugin the plugin, if it came up
 * @param failure why it did not
 */
record TlsVisit(PluginHost host, Optional<RunningPlugin> plugin, Optional<StartFailure> failure)
    implements AutoCloseable {

  /** Starts. */
  static TlsVisit make(Subject subject) throws InterruptedException {
    var host = PluginHost.builder().name("conformance").build();
    var launch = launch(subject.program(), subject).environment(subject.environment()).build();
    try {
      return new TlsVisit(host, Optional.of(host.start(launch)), Optional.empty());
    } catch (StartFailure e) {
      host.close();
      return new TlsVisit(host, Optional.empty(), Optional.of(e));
    } catch (InterruptedException e) {
      host.close();
      throw e;
    }
  }

  /**
   * Another host's connection to the same process: a shell prints the plugin's line, and the host
   * makes a new certificate for what it takes for a start.
   *
   * @throws StartFailure if it is not let in
   */
  RunningPlugin relay(Subject subject, RunningPlugin to) throws StartFailure, InterruptedException {
    return host.start(
        launch(Path.of("/bin/sh"), subject)
            .arguments(List.of("-c", "echo \"$LINE\"; exec sleep 600"))
            .environment(Map.of("LINE", to.handshakeLine(), "PATH", "/usr/bin:/bin"))
            .build());
  }

  private static Launch.Builder launch(Path program, Subject subject) {
    var dialect = subject.dialect();
    return Launch.builder(
            program, new Handshake(dialect.cookieKey(), dialect.cookieValue(), dialect.versions()))
        .startTimeout(subject.patience().answer())
        .autoMtls(true)
        .logs(entry -> {})
        .output(line -> {});
  }

  @Override
  public void close() {
    host.close();
  }
}
