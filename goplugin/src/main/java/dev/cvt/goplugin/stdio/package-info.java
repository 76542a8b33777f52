/** The host's end of go-plugin's stdio service. */
@NullMarked
package dev.cvt.goplugin.stdio;

import org.jspecify.annotations.NullMarked;
