package dev.cvt.plugins;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Problem;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.plugins.doctor.Conversation;
import dev.cvt.plugins.doctor.CvtConversation;
import dev.cvt.plugins.doctor.Examiner;
import dev.cvt.plugins.doctor.Finding;
import dev.cvt.plugins.doctor.InstalledFiles;
import dev.cvt.plugins.doctor.JsonReport;
import dev.cvt.plugins.doctor.Paint;
import dev.cvt.plugins.doctor.Report;
import dev.cvt.plugins.doctor.Report.PhaseTime;
import dev.cvt.plugins.doctor.TextReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cvt-plugins doctor}. */
@Command(
    name = "doctor",
    description = {
      "Starts plugins as the manager does, one after another, looks at all that can be seen, stops"
          + " them, and says what is wrong and what to do about it.",
      "With --binary: a go-plugin plugin of whatever program (Terraform, Vault, ...)."
    },
    footer = {
      "",
      "Examples:",
      "  cvt-plugins doctor",
      "  cvt-plugins doctor rest --json",
      "  cvt-plugins doctor --binary ./my-plugin --cookie MY_PLUGIN=hello",
      "  cvt-plugins doctor --binary ./terraform-provider-x --protocol 5,6 \\",
      "    --auto-mtls --cookie TF_PLUGIN_MAGIC_COOKIE=d602bf8f...",
      "",
      "Exit codes: 0 all is well, 1 something is wrong, 2 usage."
    })
final class Doctor extends Subcommand {
  /** The cookie is not a secret: it tells a plugin that it was not started by a person. */
  private static final Handshake CVT = Handshake.of("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1", 1);

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The configured plugin; all without it.")
  private @Nullable String name;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Mixin private AnyPlugin any = new AnyPlugin();

  @Override
  public Integer call() throws InterruptedException, IOException {
    var reports = new ArrayList<Report>();
    try (var host = PluginHost.builder().name("doctor").build()) {
      Path binary = any.binary;
      if (binary != null) {
        add(examine(host, binary), reports);
      } else {
        any.refuseAlone();
        Config config = context().config();
        for (Config.Plugin plugin : chosen(config)) {
          add(examine(host, config, plugin), reports);
        }
      }
    } catch (Config.Invalid e) {
      if (!json) {
        throw e;
      }
      return printJson(e.problems(), reports);
    }
    return json ? printJson(List.of(), reports) : summary(reports);
  }

  private List<Config.Plugin> chosen(Config config) {
    if (name == null) {
      return List.copyOf(config.plugins().values());
    }
    Config.Plugin plugin = config.plugins().get(name);
    if (plugin == null && context().isSafe()) {
      throw new Failures.Told(
          "in safe mode (CVT_DISABLE_PLUGINS=1) no plugin would run; unset it to examine " + name);
    }
    if (plugin == null) {
      throw new Failures.Told(
          "no plugin called %s is configured in %s; %s"
              .formatted(
                  name,
                  context().configFile(),
                  config.plugins().isEmpty()
                      ? "none is"
                      : "configured are: " + String.join(", ", config.plugins().keySet())));
    }
    return List.of(plugin);
  }

  private Report examine(PluginHost host, Path binary) throws InterruptedException {
    if (name != null) {
      throw new Failures.Told(
          "NAME and --binary exclude each other; give one of them", ExitCode.USAGE);
    }
    Map<String, String> own = context().environment();
    Path program = binary.toAbsolutePath().normalize();
    Launch.Builder launch = any.launch(program, own);
    String called = Optional.ofNullable(program.getFileName()).orElse(program).toString();
    return new Examiner(host, called, program)
        .examine(launch, Conversation.none())
        .masked(any.mask(own));
  }

  private Report examine(PluginHost host, Config config, Config.Plugin plugin)
      throws InterruptedException {
    StateFile state = context().state();
    var examiner =
        new Examiner(host, plugin.name(), plugin.binary())
            .checked(InstalledFiles.of(context().configFile(), state, plugin));
    long began = System.nanoTime();
    try (var prepared = Manager.prepare(config, state, plugin.name())) {
      return examiner
          .checked(List.of(new Report.Check("hash", true, "sha256 " + prepared.sha256())))
          .after(List.of(new PhaseTime("verify", Duration.ofNanos(System.nanoTime() - began))))
          .examine(
              launch(plugin, prepared), new CvtConversation(plugin, prepared, Summary::duration))
          .masked(prepared::mask);
    } catch (Manager.StartFailed e) {
      Manager.Failure failure = e.failure();
      failure
          .timings()
          .forEach((phase, took) -> examiner.after(List.of(new PhaseTime(phase.title(), took))));
      return examiner.refuse(
          new Finding.Failure(
              failure.phase().title(),
              failure.diagnosis(),
              failure.what(),
              failure.remedy(),
              "",
              failure.stderr()));
    }
  }

  private static Launch.Builder launch(Config.Plugin plugin, Manager.Prepared prepared) {
    return Launch.builder(prepared.executable(), CVT)
        .environment(prepared.environment())
        .startTimeout(plugin.startTimeout())
        // A grace of nothing is allowed in the settings; the ladder has a step for it all the same.
        .stopGrace(plugin.stopGrace().isZero() ? Duration.ofMillis(1) : plugin.stopGrace())
        .maxInbound(Math.toIntExact(plugin.maxMessageBytes()))
        .autoMtls(plugin.autoMtls())
        .strictLine(plugin.strictLine())
        .scrubber(prepared::mask);
  }

  /** Each is shown when it is there: the next may take its time. */
  private void add(Report report, List<Report> reports) {
    reports.add(report);
    if (json) {
      return;
    }
    Terminal terminal = context().terminal();
    if (reports.size() > 1) {
      terminal.print("");
    }
    Paint paint = new Paint(terminal::bold, terminal::dim, terminal::green, terminal::red);
    TextReport.of(report, paint).forEach(terminal::print);
  }

  private int summary(List<Report> reports) {
    Terminal terminal = context().terminal();
    long bad = reports.stream().filter(report -> !report.ok()).count();
    if (reports.isEmpty()) {
      terminal.print(
          context().isSafe()
              ? "Safe mode (CVT_DISABLE_PLUGINS=1): no plugin would run."
              : "No plugin is configured in " + context().configFile() + ".");
    } else if (reports.size() > 1) {
      terminal.print("");
      terminal.print(
          "%d plugins: %d ok, %d failed".formatted(reports.size(), reports.size() - bad, bad));
    }
    return bad == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private int printJson(List<Problem> problems, List<Report> reports) throws IOException {
    boolean ok = problems.isEmpty() && reports.stream().allMatch(Report::ok);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("ok", ok);
    all.put("problems", problems.stream().map(Check::fields).toList());
    all.put("plugins", reports.stream().map(JsonReport::of).toList());
    context().terminal().print(JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(all));
    return ok ? ExitCode.OK : ExitCode.FAILED;
  }
}
