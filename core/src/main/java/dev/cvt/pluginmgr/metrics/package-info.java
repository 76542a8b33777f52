/**
 * What is measured, and into what.
 *
 * <p>The way of a measurement: {@link dev.cvt.pluginmgr.metrics.Backends} finds or takes the one
 * backend of a manager, {@link dev.cvt.pluginmgr.metrics.PluginMetrics} asks it for each family
 * once; a call binds its series once and then only adds to them; {@link
 * dev.cvt.pluginmgr.metrics.PluginSeries} remembers what a plugin has left in the families, until
 * it is forgotten.
 */
@NullMarked
package dev.cvt.pluginmgr.metrics;

import org.jspecify.annotations.NullMarked;
