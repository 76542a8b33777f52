/**
 * A plugin as one executable file.
 *
 * <p>The way through: {@link dev.cvt.plugin.sdk.packaging.Pack} reads what is wanted; {@link
 * dev.cvt.plugin.sdk.packaging.RuntimeImage} links a runtime for it with {@code jlink} and trims
 * it; {@link dev.cvt.plugin.sdk.packaging.Rehearsal} runs the plugin once, as a host would, so that
 * the JVM can record what its start needs; {@link dev.cvt.plugin.sdk.packaging.FileList} takes the
 * hash of each file; {@link dev.cvt.plugin.sdk.packaging.Tar} makes the payload, and {@link
 * dev.cvt.plugin.sdk.packaging.Stub} the shell script before it. The lighter form is a {@link
 * dev.cvt.plugin.sdk.packaging.FlatJar} behind a shorter script.
 */
@NullMarked
package dev.cvt.plugin.sdk.packaging;

import org.jspecify.annotations.NullMarked;
