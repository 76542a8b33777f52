/** The only place that knows the layout under the plugin root. */
@NullMarked
package dev.cvt.pluginmgr.install;

import org.jspecify.annotations.NullMarked;
