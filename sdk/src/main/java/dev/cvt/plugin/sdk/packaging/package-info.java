/**
 * A plugin as one executable file.
 *
 * <p>The way through: {@link dev.cvt.plugin.sdk.packaging.Pack} reads what is wanted; {@link
 * dev.cvt.plugin.sdk.packaging.RuntimeImage} links a runtime for it with {@code jlink} and trims
 * it; {@link dev.cvt.plugin.sdk.packaging.Rehearsal} runs the plugin once, as a host would, so that
 * the JVM can record what its start needs; {@link dev.cvt.plugin.sdk.packaging.SelfUnpacking} puts
 * a shell script ({@link dev.cvt.plugin.sdk.packaging.Stub}), with the hash of each file ({@link
 * dev.cvt.plugin.sdk.packaging.FileList}), before the archive of it all ({@link
 * dev.cvt.plugin.sdk.packaging.Tar}). The lighter form is a {@link
 * dev.cvt.plugin.sdk.packaging.FlatJar} behind a shorter script.
 */
@NullMarked
package dev.cvt.plugin.sdk.packaging;

import org.jspecify.annotations.NullMarked;
