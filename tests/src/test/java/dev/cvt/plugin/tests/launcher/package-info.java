/**
 * The launcher of a checkout, over a build of a few lines instead of Maven's, so that each of its
 * decisions can be seen. What it launches is tested in {@link dev.cvt.plugin.tests.images}.
 */
@NullMarked
package dev.cvt.plugin.tests.launcher;

import org.jspecify.annotations.NullMarked;
