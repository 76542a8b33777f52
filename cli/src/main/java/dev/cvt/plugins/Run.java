package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Manager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cvt-plugins run}. */
@Command(
    name = "run",
    description = "Starts all configured plugins and keeps them running until SIGTERM or SIGINT.",
    footer = {
      "",
      "Metrics are served at http://127.0.0.1:9551/metrics, unless pluginmgr.yaml,",
      "--listen or CVT_METRICS_PORT says otherwise. SIGHUP and cvt-plugins reload have",
      "the configuration read again. One line on standard output says that all plugins",
      "are ready. SIGTERM and SIGINT end a start and a reload that are under way as",
      "well.",
      "",
      "Example: cvt-plugins run --listen 127.0.0.1:0"
    })
final class Run extends Subcommand {
  /** The backend that is used where none is named. */
  static final String PROMETHEUS = "prometheus";

  private static final String LISTEN = "listen";
  private static final String NONE = "none";
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^\\[\\]:\\s]+):(\\d{1,5})");
  private static final int MAX_PORT = 65_535;
  private static final String PORT = "CVT_METRICS_PORT";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to serve metrics; none serves none, port 0 takes a free one.")
  void listen(String address) {
    var form = HOST_AND_PORT.matcher(address);
    if (!address.equals(NONE) && (!form.matches() || Integer.parseInt(form.group(2)) > MAX_PORT)) {
      throw new ParameterException(
          Objects.requireNonNull(spec, "spec").commandLine(),
          "--listen \"%s\" is not HOST:PORT with a port from 0 to 65535; write it as in 127.0.0.1:9551, or none"
              .formatted(address));
    }
    listen = address;
  }

  private String listen = "";

  @Override
  boolean takes(List<String> words) {
    return words.isEmpty();
  }

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = context().terminal();
    CommandLogs.showPlugins(System.Logger.Level.INFO);
    Config config = withMetrics(context().config());
    Manager.Builder builder =
        Manager.builder(config, context().state()).reloader(() -> withMetrics(context().config()));
    context().providers().ifPresent(builder::layer);
    try (Signals signals = Signals.caught("HUP", "INT", "TERM");
        Manager manager = builder.build()) {
      signals.interrupt(Thread.currentThread());
      try {
        manager.start();
        terminal.print(ready(config, manager));
        while (signals.next().equals("HUP")) {
          reload(manager, terminal);
        }
      } catch (InterruptedException e) {
        if (!signals.end()) {
          throw e;
        }
      }
      boolean _ = Thread.interrupted(); // it was heard
      terminal.tell("stopping " + count(manager.config()));
    }
    terminal.tell("stopped");
    return ExitCode.OK;
  }

  /** A configuration that cannot be had changes nothing, and says why. */
  private void reload(Manager manager, Terminal terminal) throws InterruptedException {
    try {
      terminal.tell("reloaded: " + Reload.words(manager.reload(withMetrics(context().config()))));
    } catch (RuntimeException e) {
      terminal.tell(terminal.red("not reloaded, all goes on as before: ") + e.getMessage());
    }
  }

  private static String count(Config config) {
    int plugins = config.plugins().size();
    return plugins + (plugins == 1 ? " plugin" : " plugins");
  }

  private static String ready(Config config, Manager manager) {
    return "ready: %s%s, pid %d"
        .formatted(
            count(config),
            manager.metrics().address().map(url -> ", metrics at " + url).orElse(""),
            ProcessHandle.current().pid());
  }

  private Config withMetrics(Config config) {
    if (listen.equals(NONE)) {
      return config;
    }
    if (config.metrics().filter(used -> !used.provider().equals(PROMETHEUS)).isPresent()) {
      return config;
    }
    Map<String, String> settings =
        new LinkedHashMap<>(config.metrics().map(Output::settings).orElse(Map.of()));
    if (!listen.isEmpty()) {
      settings.put(LISTEN, listen);
    } else {
      settings.putIfAbsent(LISTEN, "127.0.0.1:" + port());
    }
    return config.toBuilder().metrics(PROMETHEUS, settings).build();
  }

  private String port() {
    String port = context().environment().getOrDefault(PORT, "");
    if (!port.isEmpty() && (!NUMBER.matcher(port).matches() || Integer.parseInt(port) > MAX_PORT)) {
      throw new Failures.Told(
          "%s is \"%s\", which is no port from 0 to 65535; correct it, or unset it for 9551"
              .formatted(PORT, port));
    }
    return port.isEmpty() ? "9551" : port;
  }
}
