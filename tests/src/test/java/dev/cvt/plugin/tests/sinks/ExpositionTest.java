package dev.cvt.plugin.tests.sinks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Promtool;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.sinks.prometheus.PrometheusProvider;
import dev.cvt.pluginmgr.spi.Context;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every series that core measures, as a scraper is given it. */
final class ExpositionTest {

  private record Settings(Map<String, String> settings, Path base) implements Context {
    public Settings {
      settings = Map.copyOf(settings);
    }
  }

  @Test
  void exposition_passesPromtool() throws IOException {
    var settings = new Settings(Map.of("listen", "127.0.0.1:0"), Path.of(""));
    try (var backend = new PrometheusProvider().create(settings)) {
      var metrics = new PluginMetrics(backend);
      metrics.up("echo", true);
      metrics.info("echo", "echo/1.0.0 \"quoted\" back\\slash\nline", "0123456789abcdef".repeat(4));
      metrics.startPhase("echo", "connect", 1_500_000);
      var call = metrics.call("echo", "registry.v1", "FetchSchema");
      call.observe(2_000_000);
      call.error("DeadlineExceeded");
      metrics.restarted("echo");
      metrics.auditLost("echo", "zap-json");
      metrics.refused("echo", "queue full");
      metrics.queued("echo", 3);
      metrics.breakerOpen("echo", true);

      var exposition = scrape(backend);
      assertThat(exposition.lines().filter(line -> line.startsWith("# TYPE ")))
          .contains(
              "# TYPE cvt_plugin_call_duration_seconds histogram",
              "# TYPE cvt_plugin_call_errors_total counter",
              "# TYPE cvt_plugin_up gauge",
              "# TYPE cvt_plugin_info gauge",
              "# TYPE cvt_plugin_restarts_total counter");
      assertThat(Promtool.complaints(exposition)).isEmpty();
    }
  }

  @Test
  void alerts_passPromtool() {
    assertThat(Promtool.complaintsAboutRules(Path.of("../docs/prometheus/alerts.yaml"))).isEmpty();
  }

  /** So that silence means something. */
  @Test
  void promtool_ofAFault_complains() {
    assertThat(Promtool.complaints("# TYPE a_total counter\na_total 1\n"))
        .contains("a_total no help text");
    assertThat(Promtool.complaints("a{ 1\n")).isNotEmpty();
    assertThat(Promtool.complaintsAboutRules(Path.of("pom.xml"))).isNotEmpty();
  }

  private static String scrape(MetricsBackend backend) throws IOException {
    try (var body = backend.address().orElseThrow().toURL().openStream()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }
}
