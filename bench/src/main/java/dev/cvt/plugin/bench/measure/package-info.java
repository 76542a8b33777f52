/** The measurements, one class for each, in the order of their worth. */
@NullMarked
package dev.cvt.plugin.bench.measure;

import org.jspecify.annotations.NullMarked;
