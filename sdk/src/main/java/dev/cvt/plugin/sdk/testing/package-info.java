/** Runs a plugin inside its author's tests. */
@NullMarked
package dev.cvt.plugin.sdk.testing;

import org.jspecify.annotations.NullMarked;
