/**
 * From a file to a process that has said hello: {@code Preflight} (can it be executed at all) ▶
 * {@link dev.cvt.goplugin.launch.SocketFolder} ▶ {@link dev.cvt.goplugin.launch.ChildEnvironment} ▶
 * {@link dev.cvt.goplugin.launch.Forker}, the only user of ProcessBuilder ▶ {@link
 * dev.cvt.goplugin.launch.Child}, which drains its pipes for life and looks for the handshake line
 * in them with {@link dev.cvt.goplugin.launch.FirstLine}; {@link dev.cvt.goplugin.launch.Lookout}
 * sees to a standard output on which nothing comes any more.
 */
@NullMarked
package dev.cvt.goplugin.launch;

import org.jspecify.annotations.NullMarked;
