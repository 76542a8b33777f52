/** A plugin from its name to its last answer. */
@NullMarked
package dev.cvt.plugin.sdk;

import org.jspecify.annotations.NullMarked;
