package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.posix.ProcTable;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Starts a program where there are too few threads for it, more and more, and looks what is left.
 */
final class FewThreads {
  private static final int MOST = 12;
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final ProcTable TABLE = new ProcTable(Path.of("/proc"));

  private FewThreads() {}

  /**
   * Does so.
   *
   * @param arguments the program, the folder for sockets, what tells its processes, and whether it
   *     is {@code prepared}
   */
  public static void main(String[] arguments) throws Exception {
    var launch =
        Launch.builder(Path.of(arguments[0]), HostTest.HANDSHAKE)
            .environment(Map.copyOf(System.getenv()))
            .startTimeout(Duration.ofMillis(200))
            .build();
    try (var host = PluginHost.builder().folder(Path.of(arguments[1])).build()) {
      assertThat(start(host, launch, arguments[3])).isEqualTo("SILENT"); // all is loaded by now
      for (int more = 0; more <= MOST; more++) {
        var result = new AtomicReference<>("");
        NoThreads.withRoomFor(more, () -> result.set(start(host, launch, arguments[3])));
        System.out.println(more + " " + result.get());
        awaitEnd(arguments[2], more + " more: " + result.get());
      }
      assertThat(start(host, launch, arguments[3])).isEqualTo("SILENT");
    }
  }

  private static String start(PluginHost host, Launch launch, String how)
      throws InterruptedException {
    try {
      if (how.equals("prepared")) {
        try (var prepared = host.prepare(launch)) {
          prepared.start().close();
        }
      } else {
        host.start(launch).close();
      }
      return "started";
    } catch (StartFailure e) {
      return e.diagnosis().name();
    } catch (RuntimeException | Error e) {
      return e.toString();
    }
  }

  private static void awaitEnd(String trace, String after) throws InterruptedException {
    long until = System.nanoTime() + ENDING.toNanos();
    while (!alive(trace).isEmpty()) {
      assertThat(System.nanoTime() - until).as(after + ": it lives on").isNegative();
      Thread.sleep(10); // a condition of other processes: there is nothing to wait on
    }
  }

  private static List<Entry> alive(String trace) {
    return TABLE.all().stream()
        .filter(process -> !process.dead() && process.pid() != ProcessHandle.current().pid())
        .filter(process -> TABLE.carries(process, trace))
        .toList();
  }
}
