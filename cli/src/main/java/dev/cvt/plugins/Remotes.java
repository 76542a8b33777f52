package dev.cvt.plugins;

import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.Manager.Remote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The managers of this home in other processes, and what they say. */
final class Remotes {
  private Remotes() {}

  /**
   * What one manager says of its plugins.
   *
   * @param problem why it says nothing; empty if it does
   */
  record Said(Remote manager, List<Remote.Report> plugins, String problem) {
    boolean answers() {
      return problem.isEmpty();
    }
  }

  /** Asks all of them at once, so that one that hangs holds up no other. */
  static List<Said> ask(List<Remote> managers) throws InterruptedException {
    // Not virtual ones: the poller that those have wait at sockets holds up the JVM's end by 300
    // ms.
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Said>> asked = new ArrayList<>();
      managers.forEach(manager -> asked.add(threads.submit(() -> ask(manager))));
      List<Said> said = new ArrayList<>();
      for (Future<Said> one : asked) {
        said.add(one.get());
      }
      return said;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Said ask(Remote manager) throws InterruptedException {
    try {
      return new Said(manager, manager.status(), "");
    } catch (Manager.RemoteFailed e) {
      return new Said(manager, List.of(), String.valueOf(e.getMessage()));
    }
  }
}
