/**
 * What the operating system knows about processes, and signals to them. A process is identified by
 * its id and its start together ({@link dev.cvt.goplugin.posix.ProcessTable.Entry}), and is
 * identified anew at the moment that a signal is sent ({@link dev.cvt.goplugin.posix.Signals}).
 */
@NullMarked
package dev.cvt.goplugin.posix;

import org.jspecify.annotations.NullMarked;
