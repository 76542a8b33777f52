/** Series kept in simpleclient, and the server that shows them. */
@NullMarked
package dev.cvt.pluginmgr.sinks.prometheus;

import org.jspecify.annotations.NullMarked;
