package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A home folder with plugins for tests: small shell scripts, and {@link TestPlugin} behind a shell
 * script that starts it.
 */
final class TestHome {
  /** A JVM on a busy machine takes its time; no test waits for this to run out. */
  static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** In the environment of each plugin, and of what it starts: the home. */
  static final String TRACE = "TEST_HOME";

  private final Path home;

  TestHome(Path home) {
    this.home = home;
  }

  Path home() {
    return home;
  }

  Path root() {
    return home.resolve(".cvt/plugins");
  }

  StateFile state() {
    return StateFile.at(root().resolve("state.json"), root());
  }

  /** Installs a script that runs {@link TestPlugin} in this mode. */
  Path installJava(String name, String mode) throws IOException, InterruptedException {
    return installJava(name, mode, "1.0");
  }

  Path installJava(String name, String mode, String version)
      throws IOException, InterruptedException {
    return installMain(name, TestPlugin.class, mode, version);
  }

  /** Installs a script that runs a main class. */
  Path installMain(String name, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    return installScript(
        name,
        "exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m '-Dmarker=%s' -cp '%s' %s %s"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                marker(),
                classPath(),
                main.getName(),
                String.join(" ", arguments)));
  }

  /** Written by a plugin that hangs, once it does. */
  Path marker() {
    return home.resolve("marker");
  }

  /** Installs a shell script, given without its first line. */
  Path installScript(String name, String body) throws IOException, InterruptedException {
    Files.createDirectories(root());
    Path source = home.resolve("cvt-plugin-" + name);
    Files.writeString(source, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwx------"));
    state().install(source, name);
    return binary(name);
  }

  Path binary(String name) {
    return root().resolve("cvt-plugin-" + name);
  }

  /** A config with these plugins, the first of them bound to every hook. */
  Config config(Consumer<Config.PluginBuilder> settings, String... plugins) {
    var builder = Config.builder().home(home);
    for (String name : plugins) {
      builder.plugin(
          name,
          plugin -> {
            plugin
                .binary(binary(name))
                .startTimeout(START_TIMEOUT)
                .timeout(START_TIMEOUT)
                .env(TRACE, home.toString())
                .health(new Config.Health(Duration.ZERO, Duration.ofSeconds(2), 3, false));
            settings.accept(plugin);
          });
    }
    for (Config.Hook hook : Config.Hook.values()) {
      builder.hook(hook, plugins[0]);
    }
    return builder.build();
  }

  /** The processes that run one of this home's plugins, or were started by one. */
  List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                read(process, "cmdline", process.info().commandLine().orElse(""))
                        .contains(home.toString())
                    || read(process, "environ", "").contains(TRACE + "=" + home + "\0"))
        .toList();
  }

  private static String read(ProcessHandle process, String what, String otherwise) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/" + what), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** Nothing of any manager is left but what was installed. */
  void assertNothingLeft() throws IOException {
    assertThat(processes()).isEmpty();
    Path run = root().resolve(".run");
    if (Files.exists(run)) {
      try (Stream<Path> left = Files.list(run)) {
        assertThat(left).isEmpty();
      }
    }
  }

  /** Waits for something that is bound to happen. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain: " + what);
      }
      Thread.sleep(2);
    }
  }

  /** All that this JVM runs from: modules, class path, and the tests themselves. */
  static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(
        Path.of(TestPlugin.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString());
    ModuleLayer.boot().configuration().modules().stream()
        .flatMap(module -> module.reference().location().stream())
        .filter(location -> location.getScheme().equals("file"))
        .forEach(location -> entries.add(Path.of(location).toString()));
    entries.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    // Under surefire the tests are patched into the module, whose own location is the main classes.
    Path tests = Path.of("target/test-classes").toAbsolutePath();
    if (Files.exists(tests)) {
      entries.add(tests.toString());
    }
    entries.remove("");
    return String.join(File.pathSeparator, entries);
  }
}
