package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.Child;
import dev.cvt.goplugin.launch.Forker;
import dev.cvt.goplugin.launch.Lookout;
import dev.cvt.goplugin.launch.Preflight;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.orphan.Census;
import dev.cvt.goplugin.orphan.Cgroups;
import dev.cvt.goplugin.orphan.Leftovers;
import dev.cvt.goplugin.orphan.Watchdog;
import dev.cvt.goplugin.posix.ProcessTable;
import dev.cvt.goplugin.posix.Signals;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What all plugins of a host share.
 *
 * @param lookout at what plugins print when nobody expects it
 * @param token what everything that this host starts is known by
 * @param outerMark what this process itself is known by, if it was started by such a host: passed
 *     on, so that the outer host finds everything
 * @param cgroups of what is started, where they may be made
 * @param watchdog looks after what a killed host leaves, where that is wanted
 * @param swept whether what killed hosts left was looked for
 * @param forget takes a plugin that is gone
 */
record HostParts(
    Preflight preflight,
    Forker forker,
    EventLoop loop,
    Lookout lookout,
    SocketFolder sockets,
    ProcessTable table,
    Census census,
    Signals signals,
    String token,
    String outerMark,
    Consumer<RunningPlugin> forget,
    Cgroups cgroups,
    Optional<Watchdog> watchdog,
    AtomicBoolean swept,
    System.Logger logger) {

  /** What one start and all that comes of it is known by. */
  String mark(long number) {
    return token + "-" + number + ".";
  }

  /**
   * Before anything is made or started: whoever looks after it runs. What killed hosts left is
   * swept at the same time, once.
   */
  void guard() throws Refusal {
    var place = sockets.place();
    watchdog.ifPresent(dog -> dog.guard(place, cgroups.place()));
    var folder = sockets.path();
    if (swept.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("goplugin-sweep")
          .start(
              () -> {
                new Leftovers(table, signals, logger).sweep(folder);
                cgroups.sweep();
              });
    }
  }

  /** A process is to be looked after. */
  void watch(Child child) {
    watchdog.ifPresent(dog -> child.entry().ifPresent(dog::watch));
  }

  /** It is no more, nor anything that it started. */
  void unwatch(Child child) {
    watchdog.ifPresent(dog -> child.entry().ifPresent(dog::forget));
  }
}
