/**
 * Measures this project beside others.
 *
 * <p>{@link dev.cvt.plugin.bench.Main}, started by {@code bench/run}, gives each {@link
 * dev.cvt.plugin.bench.Measurement} a {@link dev.cvt.plugin.bench.Bench}. A measurement alternates
 * between our subject and its peer ({@link dev.cvt.plugin.bench.Bench#alternate}), each in a
 * process of its own that prints JSON lines, and files {@link dev.cvt.plugin.bench.Row}s with the
 * {@link dev.cvt.plugin.bench.Report}, which writes the table.
 */
@NullMarked
package dev.cvt.plugin.bench;

import org.jspecify.annotations.NullMarked;
