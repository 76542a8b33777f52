/** What a sink or a metrics backend implements, and what it is handed. */
@NullMarked
package dev.cvt.pluginmgr.spi;

import org.jspecify.annotations.NullMarked;
