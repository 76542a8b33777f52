package dev.cvt.plugins;

import com.google.protobuf.Message;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code cvt-plugins demo}: all that a plugin manager is for, on real plugins, in two minutes of
 * reading.
 */
@Command(
    name = "demo",
    description =
        "Shows the whole of it at work on real plugins, in a private home that it takes away"
            + " again.",
    footer = {
      "",
      "The plugins are the echo plugin that comes with the command, or those that",
      "--plugin or the variable CVT_DEMO_PLUGINS (a list of paths, parted by colons)",
      "name."
    })
final class Demo extends Subcommand {
  private static final Duration SHORT = Duration.ofMillis(300);

  @Option(
      names = "--plugin",
      paramLabel = "PATH",
      description = "An echo plugin to show it on; may be given more than once.")
  private List<Path> plugins = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException, IOException {
    DemoTale tale = new DemoTale(context().terminal());
    List<Path> programs = programs();
    tale.say(
        "A host and its plugins: separate programs, one handshake line, gRPC over a Unix socket.");
    Leftovers before = Leftovers.now();
    List<Long> pids = new ArrayList<>();
    Path folder;
    try (Ending _ = Ending.waitsFor(Thread.currentThread());
        DemoHome home = DemoHome.make()) {
      folder = home.folder();
      List<String> names = install(tale, home, programs);
      tale.secret(home.secret());
      home.configure(names);
      tale.chapter(
          "Configure: " + home.configFile().getFileName() + ", the same file that CVT reads");
      tale.file(home.configText());
      live(tale, home, pids);
    }
    tale.chapter("What is left");
    List<String> left = before.since(pids, folder);
    left.forEach(tale::wrong);
    if (left.isEmpty()) {
      tale.say(
          "No process, no socket, no file: the plugins, their sockets and the demo's home are"
              + " gone.");
    }
    tale.end();
    return tale.allRight() ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Path> programs() {
    List<Path> found = new ArrayList<>(plugins);
    if (found.isEmpty()) {
      for (String path :
          context().environment().getOrDefault("CVT_DEMO_PLUGINS", "").split(":", -1)) {
        if (!path.isEmpty()) {
          found.add(Path.of(path));
        }
      }
    }
    if (found.isEmpty()) {
      // The launcher of the image says where the image is; one made by somebody else may hold no
      // plugin.
      Path inImage =
          Path.of(System.getProperty("cvt.plugins.image", ""), "demo", "cvt-plugin-echo-java");
      if (Files.isExecutable(inImage)) {
        found.add(inImage);
      }
    }
    if (found.isEmpty()) {
      throw new Failures.Told(
          "there is no plugin to show; start ./cvt-plugins demo in a checkout, which builds one, or"
              + " give one: cvt-plugins demo --plugin PATH");
    }
    return found.stream().map(path -> path.toAbsolutePath().normalize()).toList();
  }

  private static List<String> install(DemoTale tale, DemoHome home, List<Path> programs)
      throws InterruptedException {
    tale.chapter("Install: copy, hash, and enter into state.json in one transaction");
    StateFile state = home.state();
    List<String> names = new ArrayList<>();
    for (Path program : programs) {
      String name = String.valueOf(program.getFileName()).replaceFirst("^cvt-plugin-", "");
      tale.command("install " + program.getFileName());
      StateFile.Entry entry = state.install(program, name);
      names.add(name);
      tale.result("sha256 " + entry.sha256());
    }
    if (programs.size() == 1) {
      tale.say("(One plugin only: with Go on this machine, the same plugin in Go runs beside it.)");
    }
    return names;
  }

  private void live(DemoTale tale, DemoHome home, List<Long> pids)
      throws InterruptedException, IOException {
    Config config = home.config();
    try (Manager manager =
        Manager.builder(config, home.state()).audit(record -> tale.audit(record)).build()) {
      tale.chapter("Start: link, hash, fork, handshake, Info, SetConfig, all plugins in parallel");
      manager.start();
      for (String plugin : config.plugins().keySet()) {
        Manager.Handle handle = manager.handle(plugin).orElseThrow();
        pids.add(handle.pid());
        ProcessHandle.of(handle.pid()).stream()
            .flatMap(ProcessHandle::descendants)
            .forEach(child -> pids.add(child.pid()));
        tale.result(
            "%s is %s, pid %d, offers %s"
                .formatted(plugin, handle.reportedVersion(), handle.pid(), handle.services()));
      }
      calls(tale, manager);
      failures(tale, manager, config);
      metrics(tale, manager);
      tale.chapter("Stop: Shutdown, then SIGTERM, then SIGKILL, all plugins in parallel");
    }
    tale.result("stopped");
  }

  private static void calls(DemoTale tale, Manager manager) {
    tale.chapter("Call: four hooks, each with its deadline, one audit record before the answer");
    Manager.Hooks hooks = manager.hooks();
    tale.call(hooks, Hook.FETCH_SCHEMA, "{\"schemaId\":\"pets\"}");
    tale.call(
        hooks,
        Hook.REGISTER_CONSUMER_USAGE,
        """
        {"consumerId":"shop","schemaId":"pets","schemaVersion":"1.2.0","environment":"prod",\
        "endpoints":[{"method":"GET","path":"/pets","usedFields":["id","name"]}]}\
        """);
    tale.call(
        hooks,
        Hook.ON_BREAKING_CHANGE_DETECTED,
        """
        {"schemaId":"pets","oldVersion":"1.2.0","newVersion":"2.0.0","detectedBy":"demo",\
        "changes":[{"kind":"field_removed","method":"GET","path":"/pets","fieldPath":"name"}]}\
        """);
    tale.call(
        hooks,
        Hook.ON_VALIDATION_FAILED,
        """
        {"schemaId":"pets","method":"GET","path":"/pets",\
        "errors":[{"kind":"type_mismatch","fieldPath":"id","description":"text, not a number"}]}\
        """);
  }

  private static void failures(DemoTale tale, Manager manager, Config config)
      throws InterruptedException {
    tale.chapter("Fail: the plugin sleeps for 5 s, this call waits for 300 ms");
    String slow = "{\"schemaId\":\"sleep:5s\"}";
    Message request = HookCall.request(Hook.FETCH_SCHEMA, slow);
    tale.say("on_error: fail_closed, the default: the caller gets the error.");
    tale.request(Hook.FETCH_SCHEMA, request);
    try {
      HookCall.make(manager.hooks().within(SHORT), request);
      tale.wrong("a call that should have timed out was answered");
    } catch (Manager.CallFailed e) {
      tale.result(e.code() + ": " + e.getMessage());
      tale.check(e.code().equals("DeadlineExceeded"), "the call ends as " + e.code());
    }
    tale.say(
        "on_error: fail_open, by a live reload: the caller goes on as if there were no plugin.");
    Config.Builder open = config.toBuilder();
    config.plugins().keySet().forEach(name -> open.plugin(name, p -> p.onError(OnError.FAIL_OPEN)));
    manager.reload(open.build());
    tale.request(Hook.FETCH_SCHEMA, request);
    Optional<FetchSchemaResponse> none =
        manager
            .hooks()
            .within(SHORT)
            .fetchSchema((dev.cvt.plugin.registry.v1.FetchSchemaRequest) request);
    tale.check(none.isEmpty(), "fail_open gives an answer of the plugin's");
    tale.result("no schema: the caller resolves it itself");
  }

  private static void metrics(DemoTale tale, Manager manager) throws IOException {
    URI address = manager.metrics().address().orElseThrow();
    tale.chapter("Measure: GET " + address);
    List<String> series =
        DemoHome.scrape(address)
            .lines()
            .filter(line -> line.startsWith("cvt_plugin_"))
            .filter(line -> !line.contains("_bucket{"))
            .toList();
    for (String name :
        List.of(
            "cvt_plugin_call_duration_seconds",
            "cvt_plugin_call_errors_total",
            "cvt_plugin_up",
            "cvt_plugin_info",
            "cvt_plugin_restarts_total")) {
      List<String> of = series.stream().filter(line -> line.startsWith(name)).toList();
      of.forEach(tale::result);
      tale.check(!of.isEmpty(), name + " is not measured");
    }
  }
}
