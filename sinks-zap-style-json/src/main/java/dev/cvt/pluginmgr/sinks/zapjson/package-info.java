/** The JSON lines, and where they go. */
@NullMarked
package dev.cvt.pluginmgr.sinks.zapjson;

import org.jspecify.annotations.NullMarked;
