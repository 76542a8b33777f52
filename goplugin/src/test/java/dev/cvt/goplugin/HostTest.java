package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.goplugin.posix.ProcTable;
import dev.cvt.goplugin.posix.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tests with real processes share: a host in a folder of its own, programs that misbehave,
 * and after each test the look whether anything is left: a process, a thread, a descriptor, a file.
 */
@Timeout(60)
abstract class HostTest {
  static final Handshake HANDSHAKE = Handshake.of("TEST_COOKIE", "test", 1);

  private static final Duration CLOSED = Duration.ofSeconds(20);
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

  private long before;

  /** Whatever is opened once and stays open, by the JVM or by Netty, is open now. */
  @BeforeAll
  static void openWhatStaysOpen(@TempDir Path own) throws Exception {
    var folder = Files.createDirectory(own.resolve("host"));
    var socket = own.resolve("socket");
    var stop = own.resolve("stop");
    try (var host = PluginHost.builder().name("first").folder(folder).build();
        var _ = new FakeServer(socket, stop, Optional.empty(), new FakeServer.Services())) {
      var launch =
          Launch.builder(program("serves"), HANDSHAKE)
              .environment(
                  Map.of(
                      "PATH", "/usr/bin:/bin",
                      "SOCKET", socket.toString(),
                      "STOP", stop.toString()));
      host.start(launch.build()).close();
    }
  }

  @BeforeEach
  void makeHost() throws IOException {
    before = descriptors();
    sockets = Files.createDirectory(folder.resolve("host"));
    socket = folder.resolve("socket");
    stop = folder.resolve("stop");
    host = PluginHost.builder().name("test").folder(sockets).build();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    host.close();
    var alive = alive();
    // A build would wait for them, since they hold its output.
    alive.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    assertThat(alive).isEmpty();
    assertThat(entries(sockets)).isEmpty();
    assertThat(ownGroups()).isEmpty();
    awaitReaders();
    awaitDescriptors(before);
  }

  /** The last thing that a reader does is to say that it is done. */
  private static void awaitReaders() throws InterruptedException {
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().contains("-stdout") || thread.getName().contains("-stderr")) {
        assertThat(thread.join(CLOSED)).as("the end of " + thread.getName()).isTrue();
      }
    }
  }

  /** Waits until no more are open than that; a socket is closed by whoever moves its bytes. */
  static void awaitDescriptors(long most) throws IOException, InterruptedException {
    long end = System.nanoTime() + CLOSED.toNanos();
    while (descriptors() > most && System.nanoTime() - end < 0) {
      Thread.sleep(5); // nothing tells of one that is closed
    }
    assertThat(opened()).hasSizeLessThanOrEqualTo(Math.toIntExact(most));
  }

  /** How many files, pipes and sockets this JVM has open, in whoever's name. */
  static long descriptors() throws IOException {
    return opened().size();
  }

  /**
   * What is open, but for what the JVM opens when it first needs it and keeps: jars, sources of
   * chance, and the polls of virtual threads. A poll of Netty's comes with an event descriptor.
   */
  private static List<String> opened() throws IOException {
    var opened = new ArrayList<String>();
    for (var descriptor : entries(Path.of("/proc/self/fd"))) {
      try {
        opened.add(Files.readSymbolicLink(descriptor).toString());
      } catch (NoSuchFileException e) {
        // It is closed, as that of the listing itself.
      }
    }
    opened.removeIf(name -> name.matches("/.*\\.jar|/dev/u?random|.*/lib/modules|.*\\[eventpoll]"));
    return opened;
  }

  /** What is in the environment of everything that this test starts. */
  String trace() {
    return trace;
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

  /** How long a program takes to fail like that is no test's business: the timeout grows. */
  StartFailure atTheDeadline(String program, Diagnosis diagnosis) {
    StartFailure failure;
    var timeout = Duration.ofMillis(200);
    do {
      timeout = timeout.multipliedBy(2);
      var launch = launch(program).startTimeout(timeout).build();
      failure = catchThrowableOfType(StartFailure.class, () -> host.start(launch));
    } while (failure.diagnosis() != diagnosis && timeout.compareTo(Duration.ofSeconds(10)) < 0);
    assertThat(failure.diagnosis()).isEqualTo(diagnosis);
    assertThat(failure.fact()).contains(" within " + timeout.toMillis() + " ms");
    return failure;
  }

  Map<String, String> environment(Map<String, String> more) {
    var all = new TreeMap<>(more);
    all.put("PATH", "/usr/bin:/bin");
    all.put("SOCKET", socket.toString());
    all.put("STOP", stop.toString());
    all.put(TRACE, trace);
    return all;
  }

  /** Interrupts a start after that time, unless it is over by then: nothing of it is left. */
  void interrupt(Callable<RunningPlugin> start, int millis) throws Exception {
    var task = new FutureTask<>(start);
    var thread = Thread.ofVirtual().start(task);
    Thread.sleep(millis); // any instant will do: they are spread over all phases
    thread.interrupt();
    thread.join();
    if (task.state() == Future.State.SUCCESS) {
      task.resultNow().close(); // it was faster
    } else {
      assertThat(task.exceptionNow()).isInstanceOf(InterruptedException.class);
    }
    assertThat(alive()).isEmpty();
  }

  FakeServer serve(FakeServer.Services services) throws IOException {
    return new FakeServer(socket, stop, Optional.empty(), services);
  }

  FakeServer serve(Security security) throws IOException {
    return new FakeServer(socket, stop, Optional.of(security), new FakeServer.Services());
  }
}
