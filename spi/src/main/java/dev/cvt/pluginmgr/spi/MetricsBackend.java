package dev.cvt.pluginmgr.spi;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where measurements go. The shape is the one that Prometheus, Micrometer and OpenTelemetry have in
 * common: named instruments, each a family of series told apart by label values. Thread-safe.
 *
 * <p>The manager asks for each family once and keeps it. Asking again for an instrument of the same
 * name must give the same family, since two managers may share a backend.
 *
 * <p>A backend that throws where it is asked for a family keeps the manager from being built. What
 * a family or a series throws later is logged and has no other effect: no call fails for want of
 * being measured.
 */
public interface MetricsBackend extends AutoCloseable {

  /** Counts that only rise. */
  Family<Counter> counter(Instrument instrument);

  /** Values that rise and fall. */
  Family<Gauge> gauge(Instrument instrument);

  /**
   * Distributions.
   *
   * @param bounds the upper bounds of the buckets, rising, without infinity, in the instrument's
   *     unit
   */
  Family<Histogram> histogram(Instrument instrument, List<Double> bounds);

  /**
   * Where its series can be had, to be told to a person or to a scraper; a port that was left open
   * has been chosen by now. Empty by default, for a backend that serves nothing itself.
   */
  default Optional<URI> address() {
    return Optional.empty();
  }

  /** Ends what it serves. Called once by the manager that made it; does nothing by default. */
  @Override
  default void close() {}

  /** A backend that measures nothing. */
  static MetricsBackend none() {
    return NoMetrics.BACKEND;
  }

  /**
   * All series of one instrument.
   *
   * @param <T> what a series can do
   */
  interface Family<T> {

    /**
     * The series with these label values, made where there is none; cheap to keep and to call.
     *
     * @param values one for each of the instrument's labels, in their order
     */
    T with(String... values);

    /** Drops the series with these label values; nothing happens where there is none. */
    void remove(String... values);
  }

  /** One series that only rises. */
  @FunctionalInterface
  interface Counter {
    /**
     * Adds to the count.
     *
     * @param amount not negative
     */
    void add(double amount);
  }

  /** One series that is set. */
  @FunctionalInterface
  interface Gauge {
    /** Replaces the value. */
    void set(double value);
  }

  /** One series of observations. */
  @FunctionalInterface
  interface Histogram {
    /** Adds an observation, in the instrument's unit. */
    void observe(double value);
  }

  /**
   * What is measured.
   *
   * @param name the Prometheus name, unit and all: {@code cvt_plugin_call_duration_seconds}
   * @param unit {@code seconds}, {@code bytes}, or empty where it counts things
   * @param help one sentence
   * @param labels the labels' names, in the order in which {@link Family#with} takes their values
   */
  record Instrument(String name, String unit, String help, List<String> labels) {
    public Instrument {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(unit, "unit");
      Objects.requireNonNull(help, "help");
      labels = List.copyOf(labels);
    }
  }
}
