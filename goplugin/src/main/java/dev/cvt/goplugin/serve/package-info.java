/**
 * Being a plugin: what a process does from its first instruction to its end, once the host has
 * started it.
 *
 * <p>The way through: {@link dev.cvt.goplugin.serve.PluginProcess} looks for the cookie and takes
 * over what belongs to a process, streams, logs ({@link dev.cvt.goplugin.serve.HclogHandler},
 * {@link dev.cvt.goplugin.serve.HclogLine}) and signals ({@link
 * dev.cvt.goplugin.serve.Interrupts}); {@link dev.cvt.goplugin.serve.HostOffer} reads what the host
 * asks for; {@link dev.cvt.goplugin.serve.Endpoint} listens ({@link
 * dev.cvt.goplugin.serve.Listening}, {@link dev.cvt.goplugin.serve.SocketPath}) and the handshake
 * line goes out. From then on calls pass {@link dev.cvt.goplugin.serve.CallGuard}, prints pass
 * {@link dev.cvt.goplugin.serve.StdioBuffer}, and {@link dev.cvt.goplugin.serve.ControllerService}
 * or {@link dev.cvt.goplugin.serve.ParentWatch} brings the end.
 */
@NullMarked
package dev.cvt.goplugin.serve;

import org.jspecify.annotations.NullMarked;
