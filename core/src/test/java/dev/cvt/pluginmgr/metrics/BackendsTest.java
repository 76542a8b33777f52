package dev.cvt.pluginmgr.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.audit.ProviderJar;
import dev.cvt.pluginmgr.audit.ProvidersFailed;
import dev.cvt.pluginmgr.metrics.Backends.Chosen;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which metrics backend a configuration gets, from real jars on a real layer. */
class BackendsTest {
  @TempDir private Path folder;

  private static final Config SAYS_NOTHING = Config.builder().home(Path.of("/home/u")).build();

  private static Config says(String id, Map<String, String> settings) {
    return Config.builder().home(Path.of("/home/u")).metrics(id, settings).build();
  }

  private static Chosen discover(Config config, Path... jars) {
    return Backends.discover(config, ProviderJar.layer(jars), true, Optional.empty());
  }

  /** A backend that says at its address what it was made with. */
  private Path told(String module, String id) throws IOException {
    return ProviderJar.backend(
        folder,
        module,
        id,
        "\"listen\", \"path\"",
        """
        return new MetricsBackend() {
          public Family<Counter> counter(Instrument i) { return MetricsBackend.none().counter(i); }
          public Family<Gauge> gauge(Instrument i) { return MetricsBackend.none().gauge(i); }
          public Family<Histogram> histogram(Instrument i, java.util.List<Double> b) {
            return MetricsBackend.none().histogram(i, b);
          }
          public java.util.Optional<java.net.URI> address() {
            return java.util.Optional.of(
                java.net.URI.create("%s:" + context.base() + "?" + context.settings()
                    .getOrDefault("listen", "nowhere")));
          }
        };
        """
            .formatted(id));
  }

  @Test
  void theOneThatIsFound_isUsed_andClosedByTheManager() throws IOException {
    var chosen = discover(SAYS_NOTHING, told("first.backend", "one"));

    assertThat(chosen.ours()).isTrue();
    assertThat(chosen.backend().address()).contains(URI.create("one:/home/u/.cvt?nowhere"));
  }

  @Test
  void theOneThatIsNamed_isUsed_withItsSettings() throws IOException {
    var chosen =
        discover(
            says("two", Map.of("listen", "here")),
            told("first.backend", "one"),
            told("second.backend", "two"));

    assertThat(chosen.backend().address()).contains(URI.create("two:/home/u/.cvt?here"));
  }

  @Test
  void theOneThatIsHandedIn_comesAlone_andStaysTheCallers() throws IOException {
    var table = new MetricsTable();
    var chosen =
        Backends.discover(
            SAYS_NOTHING,
            ProviderJar.layer(told("first.backend", "one")),
            true,
            Optional.of(table));

    assertThat(chosen).isEqualTo(new Chosen(table, false));
  }

  @Test
  void withoutAny_nothingIsMeasured() {
    assertThat(Backends.discover(SAYS_NOTHING, Optional.empty(), false, Optional.empty()))
        .isEqualTo(new Chosen(MetricsBackend.none(), false));
  }

  @Test
  void severalOfWhichNoneIsNamed_areRefused() throws IOException {
    var jars = new Path[] {told("first.backend", "one"), told("second.backend", "two")};

    assertThatThrownBy(() -> discover(SAYS_NOTHING, jars))
        .isInstanceOf(ProvidersFailed.class)
        .hasMessage(
            "pluginmgr.yaml: metrics.use: several metrics backends are on the module path: one,"
                + " two; name the one to use, as in \"metrics: {use: one}\"");
  }

  @Test
  void aNameThatMatchesNone_listsThoseThatWereFound_andTheNearest() throws IOException {
    var jar = told("first.backend", "prometheus");

    assertThatThrownBy(() -> discover(says("promethius", Map.of()), jar))
        .hasMessage(
            "pluginmgr.yaml: metrics.use: no metrics backend on the module path is called"
                + " promethius; did you mean \"prometheus\"? Otherwise use one of those that are"
                + " there (prometheus), or put its jar on the module path");
    assertThatThrownBy(() -> discover(says("otel", Map.of()), jar))
        .hasMessage(
            "pluginmgr.yaml: metrics.use: no metrics backend on the module path is called otel; use"
                + " one of those that are there (prometheus), or put its jar on the module path");
  }

  @Test
  void aNameWhereNoneIsFound_saysWhereToPutTheJar() {
    assertThatThrownBy(
            () ->
                Backends.discover(
                    says("otel", Map.of()), Optional.empty(), false, Optional.empty()))
        .hasMessage(
            "pluginmgr.yaml: metrics.use: no metrics backend on the module path is called otel; put"
                + " the jar that brings it on the module path");
  }

  @Test
  void aSettingThatItDoesNotKnow_isRefusedWithTheNearest() throws IOException {
    var jar = told("first.backend", "one");

    assertThatThrownBy(() -> discover(says("one", Map.of("lisen", "x")), jar))
        .hasMessage(
            "pluginmgr.yaml: metrics.lisen: one does not know the setting lisen; did you mean"
                + " \"listen\"? Otherwise use one of its settings: listen, path");
  }

  @Test
  void aProviderThatThrows_isNamedWithItsJar() throws IOException {
    var jar =
        ProviderJar.backend(
            folder, "bad.backend", "bad", "", "throw new IllegalStateException(\"no network\");");

    assertThatThrownBy(() -> discover(SAYS_NOTHING, jar))
        .hasMessage(
            "the metrics backend bad (%s) could not be made: no network; mend what it says, or choose another metrics backend in pluginmgr.yaml"
                .formatted(jar));
  }

  private Path makesAFolderWhenClosed(String module, Path closed) throws IOException {
    return ProviderJar.backend(
        folder,
        module,
        "one",
        "",
        """
        return new MetricsBackend() {
          public Family<Counter> counter(Instrument i) { return MetricsBackend.none().counter(i); }
          public Family<Gauge> gauge(Instrument i) { return MetricsBackend.none().gauge(i); }
          public Family<Histogram> histogram(Instrument i, java.util.List<Double> b) {
            return MetricsBackend.none().histogram(i, b);
          }
          public void close() {
            if (!new java.io.File("%s").mkdir()) throw new IllegalStateException("closed twice");
          }
        };
        """
            .formatted(closed));
  }

  @Test
  void theBackendThatIsThere_isClosedAgain_whereASinkIsNot() throws IOException {
    var closed = folder.resolve("closed");
    var jar = makesAFolderWhenClosed("first.backend", closed);
    var config = Config.builder().home(folder).audit("nobody", Map.of()).build();
    var builder =
        Manager.builder(config, StateFile.at(folder.resolve("state.json"), folder))
            .layer(ProviderJar.layer(jar).orElseThrow());

    assertThat(builder.problems())
        .singleElement()
        .hasToString(
            "pluginmgr.yaml: audit.sinks[0].use: no audit sink on the module path is called nobody;"
                + " put the jar that brings it on the module path");
    assertThat(closed).doesNotExist(); // nothing was made

    assertThatThrownBy(builder::build)
        .isInstanceOf(Manager.StartFailed.class)
        .hasMessage("the manager did not start:\n" + builder.problems().getFirst());
    assertThat(closed).exists();
  }

  @Test
  void theBackendThatIsThere_isClosedAgain_whereTheManagerCannotBeMade() throws IOException {
    var closed = folder.resolve("closed");
    var jar = makesAFolderWhenClosed("lonely.backend", closed);
    var builder =
        Manager.builder(
                Config.builder().home(folder).build(),
                StateFile.at(folder.resolve("state.json"), folder))
            .audit(AuditSink.none())
            .layer(ProviderJar.layer(jar).orElseThrow())
            .listener(null); // as good as no thread for the events

    assertThatThrownBy(builder::build).isInstanceOf(NullPointerException.class);
    assertThat(closed).exists();
  }

  @Test
  void backendThatDoesNotTakeTheSeries_isToldAndClosed() throws IOException {
    var closed = folder.resolve("closed");
    var jar =
        ProviderJar.backend(
            folder,
            "crowded.backend",
            "one",
            "",
            """
            return new MetricsBackend() {
              public Family<Counter> counter(Instrument i) { return MetricsBackend.none().counter(i); }
              public Family<Gauge> gauge(Instrument i) {
                throw new IllegalArgumentException(i.name() + " is taken");
              }
              public Family<Histogram> histogram(Instrument i, java.util.List<Double> b) {
                return MetricsBackend.none().histogram(i, b);
              }
              public void close() {
                if (!new java.io.File("%s").mkdir()) throw new IllegalStateException("closed twice");
              }
            };
            """
                .formatted(closed));
    var builder =
        Manager.builder(
                Config.builder().home(folder).build(),
                StateFile.at(folder.resolve("state.json"), folder))
            .audit(AuditSink.none())
            .layer(ProviderJar.layer(jar).orElseThrow());

    assertThatThrownBy(builder::build)
        .isInstanceOf(Manager.StartFailed.class)
        .hasMessageMatching(
            "the manager did not start:\nthe metrics backend [\\w.$]+ does not take the manager's"
                + " series: cvt_plugin_up is taken; mend what it says, or choose another metrics"
                + " backend in pluginmgr.yaml");
    assertThat(closed).exists();
  }
}
