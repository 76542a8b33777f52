package dev.cvt.plugin.bench.faults.supervision;

import dev.cvt.goplugin.orphan.Cgroups;
import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.goplugin.posix.ProcessTable;
import dev.cvt.plugin.bench.faults.GoPeers;
import dev.cvt.plugin.bench.faults.Setting;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A home with plugins that run Go's echo plugin, some of them with children. Everything that comes
 * of it can be told from everything else on the machine by a word in its environment, or, where
 * that was wiped, in its command line.
 *
 * @param home the folder that holds {@code .cvt}
 * @param echo the program behind each plugin
 * @param word unlike any other household's: digits
 */
record Household(Path home, Path echo, String word) {
  /** Restarts without end and without a pause, for those who crash a plugin on purpose. */
  static final Config.Restart TIRELESS =
      new Config.Restart(
          true,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ZERO,
          100_000,
          Duration.ofSeconds(1));

  /** Nothing here takes longer, on whatever machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String TRACE = "FAULTS_TRACE";

  /** In the folder of a fault. */
  static Household in(Setting setting) throws IOException, InterruptedException {
    return in(setting.folder(), GoPeers.named("cvt-plugin-echo", setting.checkout()));
  }

  /** In a folder that may be one already. */
  static Household in(Path folder, Path echo) throws IOException {
    Files.createDirectories(folder.resolve(".cvt/plugins"));
    var file = folder.resolve("word");
    if (!Files.exists(file)) {
      Files.writeString(file, Long.toString(1_000_000_000L + System.nanoTime() % 1_000_000_000L));
    }
    return new Household(folder, echo, Files.readString(file));
  }

  StateFile state() {
    return StateFile.at(root().resolve("state.json"), root());
  }

  private Path root() {
    return home.resolve(".cvt/plugins");
  }

  /** Where managers keep what they run. */
  Path runFolder() {
    return root().resolve(".run");
  }

  /** Installs a plugin that is the echo plugin at once. */
  void install(String name, int version) throws IOException, InterruptedException {
    install(name, version, "");
  }

  /**
   * Installs one that starts a child, and one in a session of its own whose parent is gone; and
   * where there are control groups, one more that has wiped its environment besides.
   */
  void installWithChildren(String name, int version) throws IOException, InterruptedException {
    String sleep = "/bin/sleep 3600." + word;
    install(
        name,
        version,
        "%s &\n(setsid %s &)\n%s"
            .formatted(sleep, sleep, controlGroups() ? "(setsid env -i " + sleep + " &)\n" : ""));
  }

  private void install(String name, int version, String before)
      throws IOException, InterruptedException {
    Path source = home.resolve("cvt-plugin-" + name);
    Files.writeString(
        source, "#!/bin/sh\n# version %d\n%sexec '%s'\n".formatted(version, before, echo));
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwx------"));
    state().install(source, name);
  }

  /** Whether this machine lets us make control groups. */
  static boolean controlGroups() {
    try (var groups = new Cgroups(table(), Mounts.system())) {
      return groups.own().isPresent();
    }
  }

  static ProcessTable table() {
    return ProcessTable.system(command -> "");
  }

  /** A config with these plugins, the first of them bound to every hook. */
  Config config(Consumer<Config.PluginBuilder> settings, List<String> plugins) {
    var builder = Config.builder().home(home);
    for (String name : plugins) {
      builder.plugin(
          name,
          plugin -> {
            plugin
                .binary(root().resolve("cvt-plugin-" + name))
                .startTimeout(PATIENCE)
                .timeout(Duration.ofSeconds(20))
                .env(TRACE, word);
            settings.accept(plugin);
          });
    }
    for (Config.Hook hook : Config.Hook.values()) {
      builder.hook(hook, plugins.getFirst());
    }
    return builder.build();
  }

  /** A manager that only does what the fault is about. */
  Manager manager(Config config, AuditSink audit) {
    return Manager.builder(config, state())
        .discovery(false)
        .audit(audit)
        .metrics(MetricsBackend.none())
        .build();
  }

  /** How often a plugin was started again. */
  static long restarts(Manager manager, String plugin) {
    return Objects.requireNonNull(manager.status().get(plugin), plugin).restarts();
  }

  /** Asks a plugin for its process number, over the wire. */
  static long pidOf(Manager manager, String plugin) {
    return Long.parseLong(
        manager
            .registry(plugin)
            .orElseThrow()
            .fetchSchema(FetchSchemaRequest.newBuilder().setSchemaId("pid").build())
            .getSpec()
            .toStringUtf8());
  }

  /** Asks what does not fit into one frame, for which a host opens grpc-java's event loop, once. */
  static void askAtLength(Manager manager, String plugin) {
    var question = FetchSchemaRequest.newBuilder().setSchemaId("x".repeat(1 << 15)).build();
    var _ = manager.registry(plugin).orElseThrow().fetchSchema(question);
  }

  /** The processes of this household that live. */
  List<Long> alive() {
    var table = table();
    return table.all().stream()
        .filter(process -> !process.dead())
        .filter(process -> table.carries(process, TRACE + "=" + word) || says(process.pid(), word))
        .map(ProcessTable.Entry::pid)
        .toList();
  }

  private static boolean says(long pid, String word) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("3600." + word);
    } catch (IOException e) {
      return false;
    }
  }

  /** What lies in a folder; nothing if there is none. */
  static List<Path> entries(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** Waits for something that is bound to happen. */
  static void await(String what, BooleanSupplier condition)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("waited in vain: " + what);
      }
      Thread.sleep(1);
    }
  }
}
