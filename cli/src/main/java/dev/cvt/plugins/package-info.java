/**
 * The command, one class for each subcommand.
 *
 * <p>The way of a command line: {@link dev.cvt.plugins.Main} lets picocli read it and gives every
 * subcommand the same {@link dev.cvt.plugins.Context}: the {@link dev.cvt.plugins.Terminal} that it
 * writes to, and the home that it works on. What goes wrong is thrown, and {@link
 * dev.cvt.plugins.Failures} alone turns it into a message and an {@link dev.cvt.plugins.ExitCode}.
 */
@NullMarked
package dev.cvt.plugins;

import org.jspecify.annotations.NullMarked;
