/**
 * Who takes the audit records, and how each record gets to all of them.
 *
 * <p>The way of a record: {@link dev.cvt.pluginmgr.audit.Providers} finds what the module path
 * offers (metrics backends are found by it as well), {@link dev.cvt.pluginmgr.audit.Sinks} makes
 * the sinks that the configuration asks for and adds those that were handed in, {@link
 * dev.cvt.pluginmgr.audit.AuditTrail} gives each record to all of them before the caller of the
 * plugin hears anything. {@link dev.cvt.pluginmgr.audit.LogSink} stands in where there is none.
 */
@NullMarked
package dev.cvt.pluginmgr.audit;

import org.jspecify.annotations.NullMarked;
