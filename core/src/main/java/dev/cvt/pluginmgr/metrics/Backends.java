package dev.cvt.pluginmgr.metrics;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Config.Problem;
import dev.cvt.pluginmgr.audit.Providers;
import dev.cvt.pluginmgr.audit.ProvidersFailed;
import dev.cvt.pluginmgr.audit.Sinks;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.MetricsBackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the one metrics backend that a configuration asks for. */
public final class Backends {
  private static final Providers.Service<MetricsBackendProvider> SERVICE =
      new Providers.Service<>(
          MetricsBackendProvider.class,
          "metrics backend",
          MetricsBackendProvider::id,
          MetricsBackendProvider::keys);

  /** Its place in {@code pluginmgr.yaml}. */
  private static final String KEY = "metrics";

  private Backends() {}

  /**
   * The backend of one manager.
   *
   * @param ours whether the manager closes it
   */
  public record Chosen(MetricsBackend backend, boolean ours) {}

  /**
   * The one that was handed in; else the one that the configuration names; else the only one that
   * is found; else one that measures nothing.
   *
   * @param layer where to look for providers; empty means where this module lives
   * @param discovery whether to look at all
   * @throws ProvidersFailed with all that is wrong at once, also if several are found and none is
   *     named
   */
  public static Chosen discover(
      Config config,
      Optional<ModuleLayer> layer,
      boolean discovery,
      Optional<MetricsBackend> explicit) {
    if (explicit.isPresent()) {
      return new Chosen(explicit.get(), false);
    }
    var providers = offered(layer, discovery);
    List<Problem> problems = new ArrayList<>();
    Optional<Output> entry = config.metrics().or(() -> onlyOne(providers, problems));
    Optional<MetricsBackend> made =
        entry.flatMap(
            wanted ->
                providers
                    .named(wanted, KEY, problems)
                    .flatMap(
                        found ->
                            providers.make(
                                found,
                                () -> found.provider().create(Sinks.context(config, wanted)),
                                problems)));
    if (!problems.isEmpty()) {
      throw new ProvidersFailed(problems, List.of());
    }
    return new Chosen(made.orElseGet(MetricsBackend::none), made.isPresent());
  }

  /**
   * The instruments of a manager in its backend.
   *
   * @throws ProvidersFailed if the backend does not make them, as where the registry of the process
   *     has others of the same names
   */
  public static PluginMetrics measured(Chosen chosen) {
    try {
      return new PluginMetrics(chosen.backend());
    } catch (Throwable e) {
      throw new ProvidersFailed(
          List.of(
              new Problem(
                  "",
                  "",
                  "the metrics backend %s does not take the manager's series: %s"
                      .formatted(chosen.backend().getClass().getName(), ProvidersFailed.reason(e)),
                  "mend what it says, or choose another metrics backend in pluginmgr.yaml")),
          List.of());
    }
  }

  /**
   * What {@link #discover} would not find, or not understand; nothing is made. Empty if all is
   * there.
   */
  public static List<Problem> problems(
      Config config,
      Optional<ModuleLayer> layer,
      boolean discovery,
      Optional<MetricsBackend> explicit) {
    List<Problem> problems = new ArrayList<>();
    if (explicit.isPresent()) {
      return problems;
    }
    try {
      var providers = offered(layer, discovery);
      config
          .metrics()
          .or(() -> onlyOne(providers, problems))
          .ifPresent(wanted -> providers.named(wanted, KEY, problems));
    } catch (ProvidersFailed e) {
      problems.addAll(e.problems());
    }
    return problems;
  }

  private static Providers<MetricsBackendProvider> offered(
      Optional<ModuleLayer> layer, boolean discovery) {
    return discovery ? Providers.find(SERVICE, layer) : Providers.none(SERVICE);
  }

  private static Optional<Output> onlyOne(
      Providers<MetricsBackendProvider> providers, List<Problem> problems) {
    List<String> ids = providers.all().stream().map(Providers.Found::id).toList();
    if (ids.size() > 1) {
      problems.add(
          new Problem(
              "pluginmgr.yaml",
              "metrics.use",
              "several metrics backends are on the module path: " + String.join(", ", ids),
              "name the one to use, as in \"metrics: {use: %s}\"".formatted(ids.getFirst())));
      return Optional.empty();
    }
    return ids.stream().findFirst().map(id -> new Output(id, Map.of()));
  }
}
