/** Tests of the testkit, on itself and on a plugin as a process. */
@NullMarked
package dev.cvt.plugin.sdk.testing;

import org.jspecify.annotations.NullMarked;
