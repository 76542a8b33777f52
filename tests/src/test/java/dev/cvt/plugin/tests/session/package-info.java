/**
 * Whole sessions between a host and a plugin, each as a text that is kept: a change of what goes
 * over the wire shows as a difference of two texts.
 *
 * <p>A host starts a {@code Tap} in the place of the plugin: it notes the variables, starts the
 * real plugin, notes the line, and puts {@code Relay}s between the two, which note every call ▶
 * {@code Transcript}, in which nothing is left that changes from run to run ▶ {@code Expectation}.
 */
@NullMarked
package dev.cvt.plugin.tests.session;

import org.jspecify.annotations.NullMarked;
