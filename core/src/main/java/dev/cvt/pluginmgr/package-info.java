/** The manager, what it is configured with, and what is installed. */
@NullMarked
package dev.cvt.pluginmgr;

import org.jspecify.annotations.NullMarked;
