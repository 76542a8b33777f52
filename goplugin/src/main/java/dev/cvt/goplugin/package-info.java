/** The host and the plugin side of the go-plugin protocol. */
@NullMarked
package dev.cvt.goplugin;

import org.jspecify.annotations.NullMarked;
