/**
 * Faults, done to the real thing, and what becomes of it: {@code bench/faults}.
 *
 * <p>{@link dev.cvt.plugin.bench.faults.Main} runs what {@link dev.cvt.plugin.bench.faults.Catalog}
 * lists and prints a table of results. A row is a {@link dev.cvt.plugin.bench.faults.Fault}: either
 * a class here, or a program among the tests of another module, which says its result on its last
 * line ({@link dev.cvt.plugin.bench.faults.ProgramFault}).
 */
@NullMarked
package dev.cvt.plugin.bench.faults;

import org.jspecify.annotations.NullMarked;
