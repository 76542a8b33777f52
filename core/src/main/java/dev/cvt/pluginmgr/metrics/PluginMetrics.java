package dev.cvt.pluginmgr.metrics;

import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.MetricsBackend.Counter;
import dev.cvt.pluginmgr.spi.MetricsBackend.Family;
import dev.cvt.pluginmgr.spi.MetricsBackend.Gauge;
import dev.cvt.pluginmgr.spi.MetricsBackend.Histogram;
import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one list of what is measured: each name, help text and label is spelled here and nowhere
 * else. The first five are those of CVT v0.7.0; the others are ours. Thread-safe.
 *
 * <p>No method throws what the backend throws, once its instruments are made: a plugin that has
 * acted must be audited and a process that has ended must be followed by another, measured or not.
 */
public final class PluginMetrics {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.metrics");

  private static final double NANOS = 1e9;
  private static final int SHORT_HASH = 12;

  /** The default buckets of Go's Prometheus client, in seconds. */
  private static final List<Double> SECONDS =
      List.of(.005, .01, .025, .05, .1, .25, .5, 1.0, 2.5, 5.0, 10.0);

  private final Family<Histogram> callDuration;
  private final Family<Counter> callErrors;
  private final Family<Gauge> up;
  private final Family<Gauge> info;
  private final Family<Counter> restarts;
  private final Family<Histogram> startPhase;
  private final Family<Counter> auditLost;
  private final Family<Counter> refused;
  private final Family<Gauge> queued;
  private final Family<Gauge> breakerOpen;

  private final Map<String, PluginSeries> byPlugin = new ConcurrentHashMap<>();
  private final AtomicBoolean complained = new AtomicBoolean();

  /**
   * Measures into this backend, which stays the caller's to close.
   *
   * @throws RuntimeException what the backend throws where it cannot make an instrument
   */
  public PluginMetrics(MetricsBackend backend) {
    callDuration =
        backend.histogram(
            new Instrument(
                "cvt_plugin_call_duration_seconds",
                "seconds",
                "Time that calls to the plugin took.",
                List.of("plugin", "service", "method")),
            SECONDS);
    callErrors =
        backend.counter(
            counted(
                "cvt_plugin_call_errors_total",
                "Calls to the plugin that failed, by canonical gRPC code.",
                "plugin",
                "service",
                "method",
                "code"));
    up =
        backend.gauge(
            counted("cvt_plugin_up", "1 while the plugin runs and answers, else 0.", "plugin"));
    info =
        backend.gauge(
            counted(
                "cvt_plugin_info",
                "Always 1; its labels say what runs.",
                "plugin",
                "version",
                "sha256"));
    restarts =
        backend.counter(
            counted(
                "cvt_plugin_restarts_total",
                "Times that the plugin was started again after it had died.",
                "plugin"));
    startPhase =
        backend.histogram(
            new Instrument(
                "cvt_plugin_start_phase_seconds",
                "seconds",
                "Time that each phase of the plugin's start took.",
                List.of("plugin", "phase")),
            SECONDS);
    auditLost =
        backend.counter(
            counted(
                "cvt_plugin_audit_lost_total",
                "Audit records of the plugin's calls that a sink did not take.",
                "plugin",
                "sink"));
    refused =
        backend.counter(
            counted(
                "cvt_plugin_calls_refused_total",
                "Calls that were turned away before they reached the plugin.",
                "plugin",
                "reason"));
    queued =
        backend.gauge(
            counted(
                "cvt_plugin_queued_calls",
                "Calls that wait for their turn at the plugin.",
                "plugin"));
    breakerOpen =
        backend.gauge(
            counted(
                "cvt_plugin_breaker_open",
                "1 while the plugin's circuit breaker turns calls away, else 0.",
                "plugin"));
  }

  private static Instrument counted(String name, String help, String... labels) {
    return new Instrument(name, "", help, List.of(labels));
  }

  /**
   * The series of one method of one plugin, bound once so that a call pays for no lookup. Keep it
   * as long as the plugin; after {@link #forget} ask again.
   */
  public Call call(String plugin, String service, String method) {
    return new Call(plugin, service, method);
  }

  /**
   * Sets whether the plugin runs and answers. From the first time on, the plugin's restarts are
   * shown as well, at 0 if there were none: a rate needs a start.
   */
  public void up(String plugin, boolean runs) {
    measure(
        () -> {
          PluginSeries series = of(plugin);
          series.get(restarts, plugin).add(0);
          series.get(up, plugin).set(runs ? 1 : 0);
        });
  }

  /**
   * Says what runs, and drops what was said before, so that a new version leaves no stale series.
   *
   * @param version {@code name/version}, as the plugin reports itself
   * @param sha256 of the binary; the first 12 digits are shown
   */
  public void info(String plugin, String version, String sha256) {
    String hash = sha256.substring(0, Math.min(SHORT_HASH, sha256.length()));
    measure(() -> of(plugin).only(info, plugin, version, hash).set(1));
  }

  /** Drops what was said of the binary that ran; for a plugin that has stopped. */
  public void noInfo(String plugin) {
    measure(() -> of(plugin).drop(info));
  }

  /** Counts a start that followed a death. */
  public void restarted(String plugin) {
    measure(() -> of(plugin).get(restarts, plugin).add(1));
  }

  /**
   * Adds the time that a phase of a start took.
   *
   * @param phase a fixed word such as {@code exec} or {@code connect}
   */
  public void startPhase(String plugin, String phase, long nanos) {
    measure(() -> of(plugin).get(startPhase, plugin, phase).observe(nanos / NANOS));
  }

  /** Counts a record that a sink did not take. */
  public void auditLost(String plugin, String sink) {
    measure(() -> of(plugin).get(auditLost, plugin, sink).add(1));
  }

  /**
   * Counts a call that was turned away before it reached the plugin.
   *
   * @param reason a fixed word: {@code queue_full}, {@code queue_timeout} or {@code breaker_open}
   */
  public void refused(String plugin, String reason) {
    measure(() -> of(plugin).get(refused, plugin, reason).add(1));
  }

  /** Sets how many calls wait for their turn. */
  public void queued(String plugin, int calls) {
    measure(() -> of(plugin).get(queued, plugin).set(calls));
  }

  /** Sets whether the plugin's circuit breaker is open. */
  public void breakerOpen(String plugin, boolean open) {
    measure(() -> of(plugin).get(breakerOpen, plugin).set(open ? 1 : 0));
  }

  /** Drops every series of the plugin; for one that was taken out of the configuration. */
  public void forget(String plugin) {
    PluginSeries series = byPlugin.remove(plugin);
    if (series != null) {
      measure(series::dropAll);
    }
  }

  private void measure(Runnable one) {
    try {
      one.run();
    } catch (Throwable e) {
      complain(e);
    }
  }

  /** Once as a warning: a backend that fails may do so with each call. */
  private void complain(Throwable failure) {
    LOG.log(
        complained.compareAndSet(false, true)
            ? System.Logger.Level.WARNING
            : System.Logger.Level.DEBUG,
        "the metrics backend failed, and what it was given is not measured; ask its author for one"
            + " that works",
        failure);
  }

  private PluginSeries of(String plugin) {
    return byPlugin.computeIfAbsent(plugin, p -> new PluginSeries());
  }

  /** One method of one plugin. Thread-safe. */
  public final class Call {
    private final PluginSeries series;
    private final String[] labels;

    /** Bound at the first call. */
    private volatile @Nullable Histogram duration;

    private Call(String plugin, String service, String method) {
      this.series = of(plugin);
      this.labels = new String[] {plugin, service, method};
    }

    /** Adds the time that a call took. */
    public void observe(long nanos) {
      try {
        Histogram bound = duration;
        if (bound == null) {
          bound = series.get(callDuration, labels);
          duration = bound;
        }
        bound.observe(nanos / NANOS);
      } catch (Throwable e) {
        complain(e);
      }
    }

    /**
     * Counts a call that failed.
     *
     * @param code the canonical name as Go spells it: {@code DeadlineExceeded}
     */
    public void error(String code) {
      measure(() -> series.get(callErrors, labels[0], labels[1], labels[2], code).add(1));
    }
  }
}
