/**
 * From bytes to records: a reader's pieces ▶ {@link dev.cvt.goplugin.logs.LineAssembler} (whole
 * lines, bounded) ▶ {@link dev.cvt.goplugin.logs.PluginLog} (flood gate, bounded queue, one thread)
 * ▶ {@code LogReader} (hclog, prefixes, crash dumps; secrets out) ▶ the sinks. Nothing on this way
 * holds up the plugin, and nothing grows with what it writes.
 */
@NullMarked
package dev.cvt.goplugin.logs;

import org.jspecify.annotations.NullMarked;
