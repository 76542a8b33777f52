/** Tests of the plugin's side, in parts and as real processes. */
@NullMarked
package dev.cvt.goplugin.serve;

import org.jspecify.annotations.NullMarked;
