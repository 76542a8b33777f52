/**
 * Keeps secrets out of text that leaves by accident: {@link dev.cvt.pluginmgr.secret.Scrubber} is
 * made once from all values that must not be seen, and masks them in texts and in streams of bytes.
 */
@NullMarked
package dev.cvt.pluginmgr.secret;

import org.jspecify.annotations.NullMarked;
