package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A home of the demo's own, with its configuration and a secret; closing it takes it away. */
final class DemoHome implements AutoCloseable {
  private static final String TOKEN = "DEMO_TOKEN";

  private final Path folder;
  private final String secret = "demo-" + UUID.randomUUID();

  private DemoHome(Path folder) {
    this.folder = folder;
  }

  static DemoHome make() throws IOException {
    return new DemoHome(Files.createTempDirectory("cvt-demo-"));
  }

  Path folder() {
    return folder;
  }

  String secret() {
    return secret;
  }

  Path configFile() {
    return folder.resolve(".cvt").resolve("config.yaml");
  }

  StateFile state() {
    Path root = folder.resolve(".cvt").resolve("plugins");
    return StateFile.at(root.resolve("state.json"), root);
  }

  String configText() throws IOException {
    return Files.readString(configFile());
  }

  /** Writes both files: hooks that fetch go to the first plugin, events to the last. */
  void configure(List<String> plugins) throws IOException {
    StringBuilder text = new StringBuilder("config_version: 1\nplugins:\n");
    for (String name : plugins) {
      text.append(
          """
            %1$s:
              binary: ~/.cvt/plugins/cvt-plugin-%1$s
              timeout: 10s
              secrets: [token]
              config:
                base_url: https://registry.example.com
                token: ${%2$s}
          """
              .formatted(name, TOKEN));
    }
    text.append(
        """
        hooks:
          fetch_schema: %1$s
          register_consumer_usage: %1$s
          on_breaking_change_detected: %2$s
          on_validation_failed: %2$s
        """
            .formatted(plugins.getFirst(), plugins.getLast()));
    Files.writeString(configFile(), text);
    Files.writeString(
        configFile().resolveSibling("pluginmgr.yaml"),
        """
        defaults:
          start_timeout: 60s
          # A plugin in Java unpacks itself under its home once; the demo leaves nothing there.
          env: {HOME: "%s"}
        metrics:
          use: prometheus
          listen: 127.0.0.1:0
        """
            .formatted(folder));
  }

  Config config() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(TOKEN, secret);
    environment.remove(Config.DISABLE_PLUGINS);
    return Config.reader().home(folder).env(environment).read(configFile());
  }

  /** What a scraper gets there. */
  static String scrape(URI metrics) throws IOException {
    try (InputStream page = metrics.toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    Leftovers.delete(folder);
  }
}
