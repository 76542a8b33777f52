package dev.cvt.plugin.tests.sinks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.tests.peers.GoManager;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Promtool;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.sinks.prometheus.PrometheusProvider;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.Context;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls under CVT's manager and under ours leave the same series. */
final class MetricsAgainstGoTest {

  /** CVT's; ours has more of its own. */
  private static final List<String> FAMILIES =
      List.of(
          "cvt_plugin_call_duration_seconds",
          "cvt_plugin_call_errors_total",
          "cvt_plugin_up",
          "cvt_plugin_info",
          "cvt_plugin_restarts_total");

  private static final Pattern LABEL = Pattern.compile("([a-z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  @TempDir Path folder;

  private record Settings(Map<String, String> settings, Path base) implements Context {
    public Settings {
      settings = Map.copyOf(settings);
    }
  }

  @Test
  void series_afterTheSameCalls_areTheSame() throws Exception {
    var home = new Home(Files.createDirectories(folder.resolve("home")));
    home.cvt("plugins", "install", Peers.goEcho(), "--name", "echo").run().ok();
    home.configured(
        """
        plugins:
          echo: {binary: ~/.cvt/plugins/cvt-plugin-echo}
        hooks:
          fetch_schema: echo
        """);
    String go;
    try (var manager = GoManager.open(home)) {
      manager.start();
      manager.call("fetch_schema", Map.of("schema_id", "pets"));
      manager.call("fetch_schema", Map.of("schema_id", "missing"));
      go = manager.metrics();
    }
    var ours = underOurs(home);

    assertThat(series(ours)).containsAll(series(go));
    // Go has no series for what never happened; ours begins to count at 0.
    assertThat(series(ours).stream().filter(line -> !series(go).contains(line)))
        .containsExactly("cvt_plugin_restarts_total{plugin=echo}");
    assertThat(types(ours)).containsAll(types(go));
    assertThat(Promtool.complaints(ours)).isEmpty();
  }

  private String underOurs(Home home) throws IOException, InterruptedException {
    var config = Config.reader().home(home.folder()).env(Map.of()).read(home.configYaml());
    var settings = new Settings(Map.of("listen", "127.0.0.1:0"), folder);
    try (var backend = new PrometheusProvider().create(settings);
        var manager =
            Manager.builder(config)
                .discovery(false)
                .audit(AuditSink.none())
                .metrics(backend)
                .build()) {
      manager.start();
      assertThat(manager.hooks().fetchSchema(request("pets"))).isPresent();
      assertThatThrownBy(() -> manager.hooks().fetchSchema(request("missing")))
          .isInstanceOf(Manager.CallFailed.class);
      return scrape(backend);
    }
  }

  private static FetchSchemaRequest request(String id) {
    return FetchSchemaRequest.newBuilder().setSchemaId(id).build();
  }

  /** Names and labels, the labels in order and the bounds of buckets as numbers. */
  private static TreeSet<String> series(String exposition) {
    return exposition
        .lines()
        .filter(line -> FAMILIES.stream().anyMatch(line::startsWith))
        .map(MetricsAgainstGoTest::series1)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String series1(String line) {
    var name = line.substring(0, line.indexOf('{'));
    var labels = new TreeSet<String>();
    var label = LABEL.matcher(line);
    while (label.find()) {
      var value = label.group(2);
      labels.add(
          label.group(1)
              + "="
              + (label.group(1).equals("le") && !value.equals("+Inf")
                  ? Double.valueOf(value).toString()
                  : value));
    }
    return name + "{" + String.join(",", labels) + "}";
  }

  private static List<String> types(String exposition) {
    return Arrays.stream(exposition.split("\n"))
        .filter(line -> FAMILIES.stream().anyMatch(name -> line.startsWith("# TYPE " + name + " ")))
        .toList();
  }

  private static String scrape(MetricsBackend backend) throws IOException {
    try (var body = backend.address().orElseThrow().toURL().openStream()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }
}
