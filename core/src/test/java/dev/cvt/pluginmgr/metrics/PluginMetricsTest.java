package dev.cvt.pluginmgr.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.Sneaky;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.MetricsBackend.Family;
import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names and labels that dashboards are built on, and which series there are at which time. */
class PluginMetricsTest {
  private static final String SHA = "0123456789abcdef".repeat(4);

  private final MetricsTable table = new MetricsTable();
  private final PluginMetrics metrics = new PluginMetrics(table);

  /** Writes down what it is asked for, in front of a real one. */
  private record Asked(MetricsBackend behind, List<String> told) implements MetricsBackend {
    @Override
    public Family<Counter> counter(Instrument i) {
      told.add("counter " + i.name() + i.labels() + i.unit());
      return behind.counter(i);
    }

    @Override
    public Family<Gauge> gauge(Instrument i) {
      told.add("gauge " + i.name() + i.labels() + i.unit());
      return behind.gauge(i);
    }

    @Override
    public Family<Histogram> histogram(Instrument i, List<Double> bounds) {
      told.add("histogram " + i.name() + i.labels() + i.unit() + bounds);
      return behind.histogram(i, bounds);
    }
  }

  @Test
  void instruments_areThoseOfGo_andOurs() {
    String buckets = "seconds[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]";
    List<String> told = new ArrayList<>();
    new PluginMetrics(new Asked(table, told));

    assertThat(told)
        .containsExactly(
            "histogram cvt_plugin_call_duration_seconds[plugin, service, method]" + buckets,
            "counter cvt_plugin_call_errors_total[plugin, service, method, code]",
            "gauge cvt_plugin_up[plugin]",
            "gauge cvt_plugin_info[plugin, version, sha256]",
            "counter cvt_plugin_restarts_total[plugin]",
            "histogram cvt_plugin_start_phase_seconds[plugin, phase]" + buckets,
            "counter cvt_plugin_audit_lost_total[plugin, sink]",
            "counter cvt_plugin_calls_refused_total[plugin, reason]",
            "gauge cvt_plugin_queued_calls[plugin]",
            "gauge cvt_plugin_breaker_open[plugin]");
  }

  @Test
  void series_ofAPluginThatNobodySpokeOf_areNone() {
    assertThat(table.read()).isEmpty();
  }

  @Test
  void up_showsRestartsFromTheFirst_sinceARateNeedsAStart() {
    metrics.up("rest", true);
    assertThat(table.read())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "cvt_plugin_restarts_total{plugin=rest}", 0.0, "cvt_plugin_up{plugin=rest}", 1.0));

    metrics.restarted("rest");
    metrics.up("rest", false);
    assertThat(table.read())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "cvt_plugin_restarts_total{plugin=rest}", 1.0, "cvt_plugin_up{plugin=rest}", 0.0));
  }

  @Test
  void info_ofAnotherVersion_leavesNoStaleSeries() {
    metrics.info("rest", "rest/1.0", SHA);
    metrics.info("other", "other/1.0", SHA);
    metrics.info("rest", "rest/2.0", SHA);
    metrics.info("rest", "rest/2.0", SHA);

    assertThat(table.read())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "cvt_plugin_info{plugin=rest,version=rest/2.0,sha256=0123456789ab}", 1.0,
                "cvt_plugin_info{plugin=other,version=other/1.0,sha256=0123456789ab}", 1.0));
  }

  @Test
  void info_ofAPluginThatHasStopped_isGone() {
    metrics.up("rest", true);
    metrics.info("rest", "rest/1.0", SHA);
    metrics.noInfo("rest");

    assertThat(table.read("cvt_plugin_info")).isEmpty();
    assertThat(table.read("cvt_plugin_up")).isNotEmpty();
  }

  @Test
  void info_ofAHashThatIsShort_isShownAsItIs() {
    metrics.info("rest", "rest/1.0", "abc");

    assertThat(table.read())
        .containsKey("cvt_plugin_info{plugin=rest,version=rest/1.0,sha256=abc}");
  }

  @Test
  void call_thatFails_countsByCode_andItsTimeIsInSeconds() {
    List<Double> observed = new ArrayList<>();
    var measured =
        new PluginMetrics(
            new MetricsBackend() {
              @Override
              public Family<Counter> counter(Instrument i) {
                return table.counter(i);
              }

              @Override
              public Family<Gauge> gauge(Instrument i) {
                return table.gauge(i);
              }

              @Override
              public Family<Histogram> histogram(Instrument i, List<Double> bounds) {
                return new Family<>() {
                  @Override
                  public Histogram with(String... values) {
                    return observed::add;
                  }

                  @Override
                  public void remove(String... values) {}
                };
              }
            });
    var call = measured.call("rest", "registry.v1", "FetchSchema");
    call.observe(1_500_000_000);
    call.error("NotFound");
    call.error("NotFound");
    call.error("Unavailable");

    assertThat(observed).containsExactly(1.5);
    String labels = "{plugin=rest,service=registry.v1,method=FetchSchema,code=";
    assertThat(table.read())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "cvt_plugin_call_errors_total" + labels + "NotFound}", 2.0,
                "cvt_plugin_call_errors_total" + labels + "Unavailable}", 1.0));
  }

  @Test
  void forget_takesEverySeriesOfThatPlugin_andOfNoOther() {
    for (var plugin : List.of("rest", "other")) {
      metrics.up(plugin, true);
      metrics.info(plugin, plugin + "/1.0", SHA);
      metrics.startPhase(plugin, "exec", 1_000_000);
      metrics.auditLost(plugin, "zap-json");
      metrics.refused(plugin, "queue_full");
      metrics.queued(plugin, 2);
      metrics.breakerOpen(plugin, true);
      var call = metrics.call(plugin, "events.v1", "OnValidationFailed");
      call.observe(1);
      call.error("Internal");
    }
    int all = table.read().size();
    metrics.forget("rest");
    metrics.forget("never-heard-of");

    assertThat(table.read()).hasSize(all / 2);
    assertThat(Stream.of(table.read().keySet().toArray(String[]::new)))
        .allMatch(series -> series.contains("{plugin=other"));
  }

  /** A backend with series that fail, or without any that could be had. */
  private record Failing(boolean hasSeries) implements MetricsBackend {
    private <T> Family<T> family(T series) {
      return new Family<>() {
        @Override
        public T with(String... values) {
          if (hasSeries) {
            return series;
          }
          throw new IllegalStateException("no series");
        }

        @Override
        public void remove(String... values) {
          throw new IllegalStateException("nothing to remove");
        }
      };
    }

    private static void fail() {
      throw Sneaky.<RuntimeException>thrown(new IOException("lost"));
    }

    @Override
    public Family<Counter> counter(Instrument i) {
      return family(_ -> fail());
    }

    @Override
    public Family<Gauge> gauge(Instrument i) {
      return family(_ -> fail());
    }

    @Override
    public Family<Histogram> histogram(Instrument i, List<Double> bounds) {
      return family(_ -> fail());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void backendThatFails_harmsNobodyWhoMeasures(boolean hasSeries) {
    var failing = new PluginMetrics(new Failing(hasSeries));

    assertThatNoException()
        .isThrownBy(
            () -> {
              failing.up("rest", true);
              failing.info("rest", "rest/1.0", SHA);
              failing.info("rest", "rest/2.0", SHA);
              failing.noInfo("rest");
              failing.restarted("rest");
              failing.startPhase("rest", "exec", 1);
              failing.auditLost("rest", "zap-json");
              failing.refused("rest", "queue_full");
              failing.queued("rest", 1);
              failing.breakerOpen("rest", true);
              var call = failing.call("rest", "events.v1", "OnValidationFailed");
              call.observe(1);
              call.error("Internal");
              failing.forget("rest");
            });
  }
}
