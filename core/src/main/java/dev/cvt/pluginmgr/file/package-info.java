/**
 * Files that must not be half-written, readable by others, reached through a link, or changed by
 * two at a time. Knows nothing of plugins.
 *
 * <p>A change comes through here in this order: {@link dev.cvt.pluginmgr.file.PathGuard} looks at
 * the way to the file, {@link dev.cvt.pluginmgr.file.ExclusiveLock} keeps everybody else out,
 * {@link dev.cvt.pluginmgr.file.AtomicFile} replaces the content, {@link
 * dev.cvt.pluginmgr.file.IoText} puts what went wrong into words.
 *
 * <p>Every path may be of any file system provider. What only the system's own one can do (owners
 * by number, locks between processes) is asked for where it is there and left out where not.
 */
@NullMarked
package dev.cvt.pluginmgr.file;

import org.jspecify.annotations.NullMarked;
