package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A home with the packed Java echo plugin in its configuration, and a secret that no program may
 * ever print: every run is searched for it.
 */
record EchoHome(Path folder) {
  static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();
  static final String SECRET = "hushhush-never-to-be-seen";

  private static final Path PLUGIN =
      ROOT.resolve("examples/echo-plugin-java/target/cvt-plugin-echo-java");

  static EchoHome in(Path folder) throws IOException {
    var home = new EchoHome(Files.createDirectories(folder));
    Files.createDirectories(folder.resolve(".cvt"));
    home.write(
        "config.yaml",
        """
        plugins:
          echo-java:
            binary: ~/.cvt/plugins/cvt-plugin-echo-java
            timeout: 20s
            secrets: [token]
            config:
              base_url: http://localhost
              token: ${ECHO_TOKEN}
        hooks:
          fetch_schema: echo-java
        """);
    home.settings("");
    return home;
  }

  /** Writes {@code pluginmgr.yaml}: these lines, and what a slow machine needs. */
  void settings(String lines) throws IOException {
    // A plugin in Java unpacks itself below HOME once.
    write(
        "pluginmgr.yaml",
        "defaults: {start_timeout: 60s, env: {HOME: \"%s\"}}\n".formatted(folder) + lines);
  }

  void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(".cvt").resolve(file), text);
  }

  /** Installs the plugin with a command. */
  void install(Path command) {
    assertThat(run(Program.of(command, "install", PLUGIN)).ok().out())
        .startsWith("Installed echo-java\n");
  }

  /** Runs a program on this home, and searches what it says for the secret. */
  Program.Run run(Program program) {
    var run = program.with("HOME", folder).with("ECHO_TOKEN", SECRET).run();
    assertThat(run.out() + run.err()).doesNotContain(SECRET);
    return run;
  }
}
