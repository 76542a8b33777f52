package dev.cvt.pluginmgr.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds what operators are given in {@code docs} against what is measured. */
class MonitoringTest {
  private static final Path FOLDER = Path.of("..", "docs", "prometheus");

  /** What Prometheus itself puts to each series. */
  private static final Set<String> OF_A_SCRAPE = Set.of("job", "instance");

  /** The words of PromQL, and of Grafana's variables, that are in use. */
  private static final Set<String> WORDS =
      Set.of(
          "sum",
          "by",
          "rate",
          "increase",
          "histogram_quantile",
          "clamp_max",
          "absent",
          "offset",
          "and",
          "or",
          "unless",
          "label_values");

  private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern NO_WORDS =
      Pattern.compile("\"[^\"]*\"|\\[[^]]*]|\\b[0-9][0-9a-z.]*");
  private static final Pattern SHOWN_LABEL =
      Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?([a-z_0-9]+)\\s*}}");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");

  /** An expression, and the texts that show labels of its result. */
  private record Query(String expr, List<String> shown) {}

  /** The labels of each series, by its name. */
  private static Map<String, Set<String>> measured() {
    return measured(_ -> {});
  }

  private static Map<String, Set<String>> measured(Consumer<Instrument> each) {
    Map<String, Set<String>> labels = new HashMap<>();
    new PluginMetrics(
        new MetricsBackend() {
          @Override
          public Family<Counter> counter(Instrument i) {
            each.accept(i);
            labels.put(i.name(), Set.copyOf(i.labels()));
            return MetricsBackend.none().counter(i);
          }

          @Override
          public Family<Gauge> gauge(Instrument i) {
            each.accept(i);
            labels.put(i.name(), Set.copyOf(i.labels()));
            return MetricsBackend.none().gauge(i);
          }

          @Override
          public Family<Histogram> histogram(Instrument i, List<Double> bounds) {
            each.accept(i);
            labels.put(i.name() + "_sum", Set.copyOf(i.labels()));
            labels.put(i.name() + "_count", Set.copyOf(i.labels()));
            labels.put(i.name() + "_bucket", with(Set.copyOf(i.labels()), Set.of("le")));
            return MetricsBackend.none().histogram(i, bounds);
          }
        });
    return labels;
  }

  private static Set<String> with(Collection<String> some, Collection<String> more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }

  private static Set<String> words(String text) {
    return WORD.matcher(NO_WORDS.matcher(text).replaceAll(" "))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Object map, String key) {
    return map instanceof Map<?, ?> all && all.get(key) instanceof String text ? text : "";
  }

  private static List<?> list(Object map, String key) {
    return map instanceof Map<?, ?> all && all.get(key) instanceof List<?> list ? list : List.of();
  }

  private static Object under(Object map, String key) {
    return map instanceof Map<?, ?> all && all.get(key) != null ? all.get(key) : Map.of();
  }

  private static List<?> rules() throws IOException {
    var file =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(FOLDER.resolve("alerts.yaml")));
    var groups = list(file, "groups");
    assertThat(groups).hasSize(1);
    return list(groups.getFirst(), "rules");
  }

  private static Map<String, Object> dashboard() throws IOException {
    return JSON.std.mapFrom(Files.readString(FOLDER.resolve("dashboard.json")));
  }

  static Stream<Query> queries() throws IOException {
    List<Query> all = new ArrayList<>();
    for (var rule : rules()) {
      var notes = under(rule, "annotations");
      all.add(
          new Query(
              text(rule, "expr"), List.of(text(notes, "summary"), text(notes, "description"))));
    }
    var dashboard = dashboard();
    for (var panel : list(dashboard, "panels")) {
      for (var target : list(panel, "targets")) {
        all.add(new Query(text(target, "expr"), List.of(text(target, "legendFormat"))));
      }
    }
    for (var variable : list(under(dashboard, "templating"), "list")) {
      if (text(variable, "type").equals("query")) {
        all.add(new Query(text(variable, "definition"), List.of()));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everyQuery_namesOnlyWhatIsMeasured(Query query) {
    var measured = measured();
    var used = words(query.expr());
    used.removeAll(WORDS);
    Set<String> labels = new TreeSet<>(OF_A_SCRAPE);
    measured.forEach((series, its) -> labels.addAll(used.contains(series) ? its : Set.of()));

    assertThat(used).as(query.expr()).containsAnyElementsOf(measured.keySet());
    assertThat(with(measured.keySet(), labels)).as(query.expr()).containsAll(used);
    var kept = GROUPED.matcher(query.expr());
    Set<String> left = kept.find() ? words(kept.group(1)) : labels;
    for (var shown : query.shown()) {
      assertThat(left)
          .as("%s, shown by: %s", query.expr(), shown)
          .containsAll(SHOWN_LABEL.matcher(shown).results().map(found -> found.group(1)).toList());
    }
  }

  @Test
  void everyAlert_saysWhatToDo() throws IOException {
    assertThat(rules())
        .allSatisfy(
            rule -> {
              var notes = under(rule, "annotations");
              assertThat(text(rule, "alert")).startsWith("Cvt");
              assertThat(text(under(rule, "labels"), "severity")).isIn("warning", "critical");
              assertThat(text(notes, "summary")).isNotBlank().doesNotContain("\n");
              assertThat(text(notes, "description")).isNotBlank().doesNotContain("\n");
            });
  }

  @Test
  void everyInstrument_isOnTheDashboard() throws IOException {
    Set<String> used = new TreeSet<>();
    for (var panel : list(dashboard(), "panels")) {
      list(panel, "targets").forEach(target -> used.addAll(words(text(target, "expr"))));
    }

    assertThat(used.stream().map(MonitoringTest::instrument).toList())
        .containsAll(measured().keySet().stream().map(MonitoringTest::instrument).toList());
  }

  @Test
  void everyInstrument_hasItsRowInTheManual() throws IOException {
    List<String> rows = new ArrayList<>();
    measured(
        i ->
            rows.add(
                "| `%s` | %s | %s |".formatted(i.name(), String.join(", ", i.labels()), i.help())));

    assertThat(Files.readString(FOLDER.resolveSibling("supervision.md")))
        .contains(String.join("\n", rows) + "\n\n");
  }

  private static String instrument(String series) {
    return series.replaceFirst("_seconds_(sum|count|bucket)$", "_seconds");
  }
}
