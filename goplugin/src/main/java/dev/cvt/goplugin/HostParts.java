package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.launch.Forker;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.posix.ProcessTable;
import dev.cvt.goplugin.posix.Signals;
import java.util.function.Consumer;

/**
 * What all plugins of a host share.
 *
 * @param token what everything that this host starts is known by
 * @param outerMark what this process itself is known by, if it was started by such a host: passed
 *     on, so that the outer host finds everything
 * @param forget takes a plugin that is gone
 */
record HostParts(
    Forker forker,
    EventLoop loop,
    SocketFolder sockets,
    ProcessTable table,
    Signals signals,
    String token,
    String outerMark,
    Consumer<RunningPlugin> forget,
    System.Logger logger) {

  /** What one start and all that comes of it is known by. */
  String mark(long number) {
    return token + "-" + number + ".";
  }
}
