package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.goplugin.posix.ProcTable;
import dev.cvt.goplugin.posix.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tests with real processes share: a host in a folder of its own, programs that misbehave,
 * and after each test the look whether anything is left.
 */
@Timeout(60)
abstract class HostTest {
  static final Handshake HANDSHAKE = Handshake.of("TEST_COOKIE", "test", 1);

  private static final String TRACE = "TEST_TRACE";
  private static final Path PROGRAMS = Path.of("src/test/misbehaving").toAbsolutePath();

  @TempDir Path folder;

  final BlockingQueue<LogEntry> logs = new LinkedBlockingQueue<>();
  final BlockingQueue<Output> output = new LinkedBlockingQueue<>();

  /** Inherited by everything that a test starts, whatever becomes of it. */
  private final String trace = UUID.randomUUID().toString();

  PluginHost host;
  Path sockets;
  Path socket;
  Path stop;

  @BeforeEach
  void makeHost() throws IOException {
    sockets = Files.createDirectory(folder.resolve("host"));
    socket = folder.resolve("socket");
    stop = folder.resolve("stop");
    host = PluginHost.builder().name("test").folder(sockets).build();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    host.close();
    var alive = alive();
    // A build would wait for them, since they hold its output.
    alive.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    assertThat(alive).isEmpty();
    assertThat(entries(sockets)).isEmpty();
    assertThat(ownGroups()).isEmpty();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .filteredOn(name -> name.contains("-stdout") || name.contains("-stderr"))
        .isEmpty();
  }

  /** The ids of the processes that have come of this test and live. */
  List<Long> alive() {
    var table = new ProcTable(Path.of("/proc"));
    return table.all().stream()
        .filter(process -> !process.dead() && table.carries(process, trace))
        .map(ProcessTable.Entry::pid)
        .toList();
  }

  /** The control groups of this JVM's hosts. */
  static List<Path> ownGroups() throws IOException {
    var parent = Mounts.system().ownCgroup();
    return parent.isEmpty()
        ? List.of()
        : entries(parent.get()).stream()
            .filter(group -> group.toString().contains("-" + ProcessHandle.current().pid() + "-"))
            .toList();
  }

  static List<Path> entries(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  static Path program(String name) {
    return PROGRAMS.resolve(name);
  }

  /** A launch of one of the programs, within bounds that a busy machine keeps. */
  Launch.Builder launch(String name) {
    return launch(program(name));
  }

  Launch.Builder launch(Path program) {
    return Launch.builder(program, HANDSHAKE)
        .environment(environment(Map.of()))
        .startTimeout(Duration.ofSeconds(20))
        .stopGrace(Duration.ofSeconds(10))
        .logs(logs::add)
        .output(output::add);
  }

  Map<String, String> environment(Map<String, String> more) {
    var all = new TreeMap<>(more);
    all.put("PATH", "/usr/bin:/bin");
    all.put("SOCKET", socket.toString());
    all.put("STOP", stop.toString());
    all.put(TRACE, trace);
    return all;
  }

  FakeServer serve(FakeServer.Services services) throws IOException {
    return new FakeServer(socket, stop, Optional.empty(), services);
  }

  FakeServer serve(Security security) throws IOException {
    return new FakeServer(socket, stop, Optional.of(security), new FakeServer.Services());
  }
}
