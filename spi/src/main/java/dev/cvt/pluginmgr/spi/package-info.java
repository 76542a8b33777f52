/**
 * Sinks for what a plugin manager has to tell: audit records, lifecycle events, metrics.
 *
 * <p>The way of a record: the manager finds each {@link dev.cvt.pluginmgr.spi.AuditSinkProvider} by
 * {@link java.util.ServiceLoader}, hands it a {@link dev.cvt.pluginmgr.spi.Context} with the
 * settings of its entry in {@code pluginmgr.yaml}, and gets an {@link
 * dev.cvt.pluginmgr.spi.AuditSink}; for each plugin call it hands one {@link
 * dev.cvt.pluginmgr.spi.AuditRecord} to every sink before the caller gets its answer; when it
 * closes it closes the sinks. Metrics take the same way through {@link
 * dev.cvt.pluginmgr.spi.MetricsBackendProvider}, except that one backend serves a manager.
 */
@NullMarked
package dev.cvt.pluginmgr.spi;

import org.jspecify.annotations.NullMarked;
