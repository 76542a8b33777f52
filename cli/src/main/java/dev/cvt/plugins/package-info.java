/** The command, one class for each subcommand. */
@NullMarked
package dev.cvt.plugins;

import org.jspecify.annotations.NullMarked;
