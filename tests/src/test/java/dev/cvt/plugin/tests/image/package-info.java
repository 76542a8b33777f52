/**
 * The command as its users get it: the launcher of a checkout, and the image that it builds.
 *
 * <p>{@link dev.cvt.plugin.tests.image.LauncherTest} runs the launcher over a checkout whose build
 * is a script of a few lines, so that each of its decisions can be seen; {@link
 * dev.cvt.plugin.tests.image.ImageIT} runs the image that this build made.
 */
@NullMarked
package dev.cvt.plugin.tests.image;

import org.jspecify.annotations.NullMarked;
