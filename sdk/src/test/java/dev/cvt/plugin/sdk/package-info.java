/** Tests of the kit. */
@NullMarked
package dev.cvt.plugin.sdk;

import org.jspecify.annotations.NullMarked;
