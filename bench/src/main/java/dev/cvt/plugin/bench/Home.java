package dev.cvt.plugin.bench;

import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A home that both sides share, with one or more plugins installed: the first answers all hooks.
 *
 * @param folder what {@code HOME} says
 */
public record Home(Path folder) {

  /**
   * Makes one in an empty folder.
   *
   * @param plugins how many, each a file of its own
   * @param settings the text of {@code pluginmgr.yaml}, which the Go side does not read
   */
  public static Home of(Path folder, Path plugin, int plugins, String settings)
      throws IOException, InterruptedException {
    var cvt = Files.createDirectories(folder.resolve(".cvt"));
    var root = cvt.resolve("plugins");
    var state = StateFile.at(root.resolve("state.json"), root);
    var config = new StringBuilder("config_version: 1\nplugins:\n");
    for (int i = 0; i < plugins; i++) {
      var name = "echo-" + i;
      var binary = Files.createDirectories(root).resolve("cvt-plugin-" + name);
      Files.copy(plugin, binary, StandardCopyOption.COPY_ATTRIBUTES);
      state.install(binary, name);
      config.append("  %s:\n    binary: ~/.cvt/plugins/cvt-plugin-%s\n".formatted(name, name));
    }
    config.append("hooks:\n");
    for (var hook :
        new String[] {
          "fetch_schema",
          "register_consumer_usage",
          "on_breaking_change_detected",
          "on_validation_failed"
        }) {
      config.append("  %s: echo-0\n".formatted(hook));
    }
    Files.writeString(cvt.resolve("config.yaml"), config);
    Files.writeString(cvt.resolve("pluginmgr.yaml"), settings);
    return new Home(folder);
  }

  /** Our settings with the audit trail in a file, and metrics that nobody serves. */
  public static String audited(Path file) {
    return """
    audit:
      sinks:
        - {use: zap-json, path: %s}
    metrics: {use: prometheus}
    """
        .formatted(file);
  }
}
