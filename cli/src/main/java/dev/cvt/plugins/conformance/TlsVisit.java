package dev.cvt.plugins.conformance;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
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
    var dialect = subject.dialect();
    var launch =
        Launch.builder(
                subject.program(),
                new Handshake(dialect.cookieKey(), dialect.cookieValue(), dialect.versions()))
            .environment(subject.environment())
            .startTimeout(subject.patience().answer())
            .autoMtls(true)
            .logs(entry -> {})
            .output(line -> {})
            .build();
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

  @Override
  public void close() {
    host.close();
  }
}
