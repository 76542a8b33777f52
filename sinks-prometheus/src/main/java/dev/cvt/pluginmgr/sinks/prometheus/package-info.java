/**
 * Metrics for Prometheus.
 *
 * <p>The way of a measurement: {@link dev.cvt.pluginmgr.sinks.prometheus.PrometheusBackend} makes a
 * {@link dev.cvt.pluginmgr.sinks.prometheus.Series} of simpleclient's for each instrument and
 * registers it in {@link dev.cvt.pluginmgr.sinks.prometheus.Registration}, which hides the series
 * that Go's client does not have; {@link dev.cvt.pluginmgr.sinks.prometheus.MetricsServer} serves
 * what is registered.
 */
@NullMarked
package dev.cvt.pluginmgr.sinks.prometheus;

import org.jspecify.annotations.NullMarked;
