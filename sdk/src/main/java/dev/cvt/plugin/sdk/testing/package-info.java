/**
 * Runs a plugin inside its author's tests.
 *
 * <p>The way through: {@link dev.cvt.plugin.sdk.testing.TestedPlugin} starts a plugin, in the JVM
 * of the test or as a real child process, and is its host: it delivers configuration, calls through
 * the same interfaces that the author implements, and records what was accepted, called, logged
 * ({@link dev.cvt.plugin.sdk.testing.LogLine}) and printed ({@link
 * dev.cvt.plugin.sdk.testing.Printed}). {@link dev.cvt.plugin.sdk.testing.PluginExtension} does so
 * around each JUnit test.
 */
@NullMarked
package dev.cvt.plugin.sdk.testing;

import org.jspecify.annotations.NullMarked;
