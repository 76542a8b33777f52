/**
 * Audit records as JSON lines.
 *
 * <p>The way of a record: {@link dev.cvt.pluginmgr.sinks.zapjson.ZapJsonSink} has {@link
 * dev.cvt.pluginmgr.sinks.zapjson.ZapLine} encode it on the caller's thread, then {@link
 * dev.cvt.pluginmgr.sinks.zapjson.GroupCommit} hands the line to the kernel, together with the
 * lines of all callers that came while the last write was under way, through {@link
 * dev.cvt.pluginmgr.sinks.zapjson.Target}: standard error, or a file that may be rotated away.
 */
@NullMarked
package dev.cvt.pluginmgr.sinks.zapjson;

import org.jspecify.annotations.NullMarked;
