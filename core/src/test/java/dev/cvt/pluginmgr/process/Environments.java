package dev.cvt.pluginmgr.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The environment of real plugins, as the kernel shows it: three plugins of a host that has secrets
 * of every kind in its own.
 */
public final class Environments {

  /** What the host has, besides what every process has. */
  static final Map<String, String> HOST =
      Map.ofEntries(
          Map.entry("PATH", "/usr/bin:/bin"),
          Map.entry("HOME", "/nowhere"),
          Map.entry("LANG", "C.UTF-8"),
          Map.entry("LC_TIME", "C"),
          Map.entry("TZ", "UTC"),
          Map.entry("TMPDIR", "/tmp"),
          Map.entry("no_proxy", "localhost"),
          Map.entry("SSL_CERT_FILE", "/etc/ssl/cert.pem"),
          Map.entry("USER", "u"),
          Map.entry("AWS_SECRET_ACCESS_KEY", "hushhush-aws"),
          Map.entry("OTEL_SERVICE_NAME", "cvt"),
          Map.entry("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hushhush-of-two"),
          Map.entry("ONE_TOKEN", "hushhush-of-one"),
          Map.entry("TWO_TOKEN", "hushhush-of-two"),
          Map.entry("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470b"),
          Map.entry("PLUGIN_CLIENT_CERT", "-----BEGIN CERTIFICATE-----"),
          Map.entry("PLUGIN_UNIX_SOCKET_GROUP", "wheel"),
          Map.entry("CVT_PLUGIN_MAGIC_COOKIE", "of another host"),
          Map.entry("JAVA_TOOL_OPTIONS_OFF", "x"));

  /** Each plugin's secrets. */
  static final Map<String, String> SECRETS =
      Map.of("one", "hushhush-of-one", "two", "hushhush-of-two", "three", "hushhush-of-three");

  private Environments() {}

  /**
   * Arguments: an empty folder, how often, and a program to be the plugins. The last line says how
   * many secrets were looked for in how many environments, and, as the third of the numbers, how
   * many were where they should not be.
   */
  public static void main(String[] arguments) throws Exception {
    long looked = 0;
    long leaked = 0;
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      var home = new TestHome(Files.createDirectory(Path.of(arguments[0]).resolve("home-" + i)));
      prepare(home, "exec '" + arguments[2] + "'");
      for (var plugin : seen(home).entrySet()) {
        var text = plugin.getValue().toString();
        for (var secret : SECRETS.entrySet()) {
          looked++;
          leaked +=
              !secret.getKey().equals(plugin.getKey()) && text.contains(secret.getValue()) ? 1 : 0;
        }
        leaked += text.contains("d602bf8f470b") || text.contains("another host") ? 1 : 0;
      }
    }
    System.out.printf("%d 0 %d 0%n", looked, leaked);
  }

  /** Writes the two files and installs the plugins: the same script under three names. */
  static void prepare(TestHome home, String plugin) throws IOException, InterruptedException {
    for (var name : SECRETS.keySet()) {
      home.installScript(name, plugin);
    }
    Files.writeString(home.home().resolve("three-token"), "hushhush-of-three");
    Files.setPosixFilePermissions(
        home.home().resolve("three-token"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        home.home().resolve(".cvt/config.yaml"),
        """
        plugins:
          one:
            binary: ~/.cvt/plugins/cvt-plugin-one
            secrets: [token]
            config: {token: "${ONE_TOKEN}"}
          two:
            binary: ~/.cvt/plugins/cvt-plugin-two
            secrets: [token]
            config: {token: "${TWO_TOKEN}"}
          three:
            binary: ~/.cvt/plugins/cvt-plugin-three
            config: {token: ""}
        """);
    Files.writeString(
        home.home().resolve(".cvt/pluginmgr.yaml"),
        """
        defaults: {start_timeout: 1m, health: {period: 0s}}
        plugins:
          two: {pass_env: [USER, OTEL_*], env: {LOG_LEVEL: debug}}
          three: {pass_env: ['*'], secret_files: {token: ~/three-token}}
        """);
  }

  /** What each plugin's process was started with, by its name. */
  static Map<String, SortedMap<String, String>> seen(TestHome home)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                TestHome.classPath(),
                EnvironmentHost.class.getName(),
                home.home().toString())
            .redirectError(home.home().resolve("host.err").toFile());
    builder.environment().clear();
    builder.environment().putAll(HOST);
    var host = builder.start();
    try (var lines = host.inputReader(UTF_8)) {
      var seen = new LinkedHashMap<String, SortedMap<String, String>>();
      for (var line = lines.readLine(); !"ready".equals(line); line = lines.readLine()) {
        if (line == null) {
          throw new IOException(Files.readString(home.home().resolve("host.err")));
        }
        var words = line.split(" ", 2);
        seen.put(words[0], environment(words[1]));
      }
      host.getOutputStream().close();
      if (host.waitFor() != 0) {
        throw new IOException(Files.readString(home.home().resolve("host.err")));
      }
      return seen;
    } finally {
      host.destroyForcibly();
    }
  }

  private static SortedMap<String, String> environment(String pid) throws IOException {
    var environment = new TreeMap<String, String>();
    var text = new String(Files.readAllBytes(Path.of("/proc", pid, "environ")), UTF_8);
    for (var variable : text.split("\0", 0)) {
      var parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    return environment;
  }
}
