/**
 * Tests of the packing: the shell scripts under real shells, on small trees in place of runtimes.
 */
@NullMarked
package dev.cvt.plugin.sdk.packaging;

import org.jspecify.annotations.NullMarked;
