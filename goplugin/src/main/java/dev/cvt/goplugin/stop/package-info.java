/** The way down: {@link dev.cvt.goplugin.stop.Ladder}. */
@NullMarked
package dev.cvt.goplugin.stop;

import org.jspecify.annotations.NullMarked;
