/**
 * Measures this project beside others.
 *
 * <p>{@link dev.cvt.plugin.bench.Main} is started by {@code bench/run}.
 */
@NullMarked
package dev.cvt.plugin.bench;

import org.jspecify.annotations.NullMarked;
