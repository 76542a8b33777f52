package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugins.CommandHome.Said;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every program that misbehaves, examined: all of them, a few at a time, and each must end in its
 * own diagnosis.
 */
@Timeout(180)
class DoctorMisbehavingTest {
  private static final Path PROGRAMS =
      Path.of("../goplugin/src/test/misbehaving").toAbsolutePath().normalize();

  /** They mostly wait for time to pass. */
  private static final int AT_ONCE = 8;

  private static final Set<String> AT_THE_DEADLINE = Set.of("silent", "chatters");

  /** Leaves what only root can find again: not for every machine. */
  private static final String NOT_EVERYWHERE = "scrubs";

  @TempDir private static Path folder;
  private static final Map<String, Said> RESULTS = new TreeMap<>();

  /** Inherited by everything that the programs start. */
  private static final String TRACE = "TRACE=" + UUID.randomUUID();

  private static long opened;

  @BeforeAll
  static void examineAll() throws Exception {
    examine("serves"); // what is opened once, and stays so, is opened now
    opened = descriptors();
    var running = new HashMap<String, Future<Said>>();
    try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
      for (var program : programs()) {
        running.put(program, pool.submit(() -> examine(program)));
      }
      for (var one : running.entrySet()) {
        RESULTS.put(one.getKey(), one.getValue().get());
      }
    }
  }

  private static List<String> programs() throws IOException {
    try (Stream<Path> files = Files.list(PROGRAMS)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.equals(NOT_EVERYWHERE))
          .sorted()
          .toList();
    }
  }

  private static Said examine(String program) throws IOException {
    var own = Files.createTempDirectory(folder, "s");
    try (var server = new ServedPlugin(own, true)) {
      return examine(program, own, server);
    }
  }

  private static Said examine(String program, Path own, ServedPlugin server) throws IOException {
    var words = new ArrayList<String>(List.of("doctor", "--json"));
    words.addAll(List.of("--binary", PROGRAMS.resolve(program).toString()));
    words.addAll(List.of("--cookie", "TEST_COOKIE=test", "--stop-grace", "1s"));
    words.addAll(List.of("--timeout", AT_THE_DEADLINE.contains(program) ? "3s" : "60s"));
    words.addAll(List.of("--env", "SOCKET=" + server.socket(), "--env", "STOP=" + server.stop()));
    words.addAll(List.of("--env", TRACE));
    words.addAll(List.of("--env", "CERTIFICATE=", "--env", "GROUP=" + folder.resolve("none")));
    words.addAll(List.of("--env", "LINE=1|1|unix|" + server.socket() + "|grpc"));
    words.addAll(List.of("--secret-env", "SECRET=hushhush-of-the-doctor"));
    if (program.equals("line-with-bad-certificate")) {
      words.add("--auto-mtls");
    }
    return new CommandHome(Files.createDirectory(own.resolve("home")))
        .run(words.toArray(String[]::new));
  }

  /** The diagnoses, failures before notes, as {@code DIAGNOSIS in PHASE: FACT}. */
  private static List<String> findings(String program) throws IOException {
    var plugin = plugin(program);
    var all = new ArrayList<String>();
    for (var kind : List.of("failures", "notes")) {
      for (var one : list(plugin.get(kind))) {
        var phase = one.get("phase");
        all.add(
            one.get("diagnosis")
                + (phase == null ? "" : " in " + phase)
                + ": "
                + one.get("fact")
                    .toString()
                    .replaceAll("left \\d+ process(es)?", "left N processes")
                    .replaceAll("printed \\d+ lines before", "printed N lines before")
                    .replaceAll("\\(\\d+ bytes\\)", "(N bytes)")
                    .replace("/tmp/" + "0".repeat(120), "/tmp/0…"));
        assertThat(one.get("remedy").toString()).isNotBlank();
      }
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Object value) {
    return (List<Map<String, Object>>) value;
  }

  private static Map<String, Object> plugin(String program) throws IOException {
    var said = RESULTS.get(program);
    assertThat(said.err()).isEmpty();
    return list(JSON.std.mapFrom(said.out()).get("plugins")).getFirst();
  }

  @Test
  void everyProgram_isInOneOfTheTables() throws Exception {
    var known = new ArrayList<String>();
    for (var method : List.of("failure_isDiagnosed", "plugin_thatWorks_isOkWithNotes")) {
      var source =
          Stream.of(DoctorMisbehavingTest.class.getDeclaredMethods())
              .filter(m -> m.getName().equals(method))
              .findFirst()
              .orElseThrow()
              .getAnnotation(CsvSource.class);
      source.textBlock().lines().map(line -> line.split(" ! ", -1)[0].strip()).forEach(known::add);
    }
    assertThat(known)
        .as("each program in %s has its line in a table here", PROGRAMS)
        .containsExactlyInAnyOrderElementsOf(programs());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          cannot-listen ! CANNOT_LISTEN in first byte: it cannot listen: listen unix /x: bind: no space, and exited with code 0
          chatters ! NOT_A_PLUGIN in line: it does not speak like a plugin: it printed "hello" and printed no handshake line within 3000 ms
          closes-stdout ! STDOUT_CLOSED in first byte: it closed its standard output without a handshake line, and runs on
          eats-memory ! EXITED in first byte: exited with code 9 before its handshake line
          exits-0 ! EXITED in first byte: exited with code 0 before its handshake line
          exits-3 ! EXITED in first byte: exited with code 3 before its handshake line
          floods-stdout ! NOT_A_PLUGIN in line: it does not speak like a plugin: it printed "nonsense nonsense nonsense nonsense nonsense nonsense nonsense nonsense" and printed 10001 lines (N bytes) that are none
          goes-into-background ! EXITED in first byte: exited with code 0 before its handshake line
          floods-and-ignores ! STOP_IGNORED in stop: it did not stop when asked, by the Shutdown call and by SIGTERM, and had to be killed
          ignores-everything ! STOP_IGNORED in stop: it did not stop when asked, by the Shutdown call and by SIGTERM, and had to be killed
          kills-itself ! KILLED in first byte: was killed by SIGKILL before its handshake line
          line-and-abort ! KILLED in connect: was killed by SIGABRT right after its handshake line
          line-and-exit ! EXITED in connect: exited with code 4 right after its handshake line
          line-of-dead-port ! SOCKET_REFUSED in connect: the address in its handshake line refuses connections: 127.0.0.1:1
          line-of-four-fields ! NETRPC_ONLY in line: it speaks version 1 over net/rpc, the old protocol of go-plugin, and this host speaks only gRPC
          line-of-long-path ! SOCKET_PATH_TOO_LONG in line: the path of its socket has 125 bytes, and a socket address holds 107: /tmp/0…
          line-of-missing-socket ! SOCKET_MISSING in connect: the socket in its handshake line does not exist: /tmp/no-such-socket
          line-of-name ! ADDRESS_REFUSED in line: it listens on tcp example.com:4444, and this host only connects to socket files and to ports of the loopback interface
          line-of-nameless-socket ! ADDRESS_REFUSED in line: it listens on unix @plugin, and this host only connects to socket files and to ports of the loopback interface
          line-of-netrpc ! NETRPC_ONLY in line: it speaks version 1 over net/rpc, the old protocol of go-plugin, and this host speaks only gRPC
          line-of-newer-version ! NO_COMMON_VERSION in line: it speaks protocol version 7, and this host 1
          line-of-older-version ! NO_COMMON_VERSION in line: it speaks protocol version 0, and this host 1
          line-of-other-core ! CORE_VERSION in line: it speaks version 2 of go-plugin's protocol, and this host version 1
          line-of-other-machine ! ADDRESS_REFUSED in line: it listens on tcp 192.0.2.1:4444, and this host only connects to socket files and to ports of the loopback interface
          line-of-two-fields ! LINE_GARBLED in line: its handshake line "1|1" cannot be read: it has 2 fields of the 4 at least
          line-of-unknown-network ! LINE_GARBLED in line: its handshake line "1|1|udp|127.0.0.1:1|grpc" cannot be read: its network "udp" is neither unix nor tcp
          line-of-unknown-protocol ! LINE_GARBLED in line: its handshake line names the protocol "http", and this host speaks only grpc
          line-with-bad-certificate ! TLS_CERTIFICATE_UNREADABLE in line: the certificate in its handshake line cannot be read: it can be decoded, but is no certificate
          line-with-word-for-version ! LINE_GARBLED in line: its handshake line "1|one|unix|/tmp/x|grpc" cannot be read: its protocol version "one" is not a number
          names-cookie ! COOKIE_REFUSED in first byte: it refused the magic cookie TEST_COOKIE=test and exited with code 1
          notes-sigterm ! STOP_IGNORED in stop: it did not stop when asked, by the Shutdown call and by SIGTERM, and had to be killed
          prints-and-closes-stdout ! NOT_A_PLUGIN in line: it does not speak like a plugin: it printed "hello" and closed its standard output without the handshake line
          prints-secret-and-exits ! NOT_A_PLUGIN in line: it does not speak like a plugin: it printed "stdout ****" and exited with code 1
          prints-usage ! NOT_A_PLUGIN in line: it does not speak like a plugin: it printed "usage: tool [-v] FILE" and exited with code 2
          refuses-cookie ! COOKIE_REFUSED in first byte: it refused the magic cookie TEST_COOKIE=test and exited with code 1
          says-why-and-exits ! EXITED in first byte: exited with code 1 before its handshake line
          segfaults ! KILLED in first byte: was killed by SIGSEGV before its handshake line
          silent ! SILENT in first byte: it printed nothing within 3000 ms
          stops-itself ! STOP_IGNORED in stop: it did not stop when asked, by the Shutdown call and by SIGTERM, and had to be killed
          """)
  void failure_isDiagnosed(String program, String finding) throws IOException {
    assertThat(findings(program).getFirst()).isEqualTo(finding);
    assertThat(RESULTS.get(program).code()).isEqualTo(1);
    assertThat(plugin(program)).containsEntry("ok", false);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          crashes-with-children ! EXIT_CODE: asked to stop, it was killed by SIGSEGV; LEFT_PROCESSES: it left N processes behind, which had to be ended by signal
          floods-stderr ! ''
          ignores-shutdown ! SHUTDOWN_IGNORED: it did not stop when asked by the Shutdown call, and ended by SIGTERM
          leaves-children ! LEFT_PROCESSES: it left N processes behind, which had to be ended by signal
          logs-one-long-line ! ''
          says-line ! ''
          serves ! ''
          serves-after-garbled ! STRAY_LINES: it printed a line before its handshake line, at which go-plugin's own hosts give up
          serves-after-megabyte ! STRAY_LINES: it printed N lines before its handshake line, at which go-plugin's own hosts give up
          serves-after-noise ! STRAY_LINES: it printed N lines before its handshake line, at which go-plugin's own hosts give up
          serves-in-pieces ! ''
          serves-late ! ''
          serves-once-served ! ''
          serves-without-newline ! ''
          """)
  void plugin_thatWorks_isOkWithNotes(String program, String notes) throws IOException {
    assertThat(String.join("; ", findings(program))).isEqualTo(notes);
    assertThat(RESULTS.get(program).code()).isZero();
    assertThat(plugin(program)).containsEntry("ok", true);
  }

  /** Of those that never started and of those that did: both misbehaved in this JVM's care. */
  @Test
  void nothingIsLeft() throws Exception {
    await("no process is left", () -> alive().isEmpty());
    await("no descriptor is left", () -> descriptors() <= opened);
    await("no thread of a host is left", () -> threads().isEmpty());
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime() - end)
          .as("%s; processes %s, threads %s", what, alive(), threads())
          .isNegative();
      Thread.sleep(10); // nothing tells of any of these
    }
  }

  private static List<Long> alive() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(DoctorMisbehavingTest::carriesTheTrace)
        .toList();
  }

  private static boolean carriesTheTrace(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1)
          .contains(TRACE);
    } catch (IOException e) {
      return false; // somebody else's, or gone
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains("goplugin"))
        .toList();
  }

  /** Files, pipes and sockets; jars are opened when they are needed, and polls by the JVM. */
  private static long descriptors() throws IOException {
    var opened = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (var descriptor : all) {
        try {
          opened.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
          // It is closed, as that of the listing itself.
        }
      }
    }
    opened.removeIf(name -> name.matches("/.*\\.jar|/dev/u?random|.*/lib/modules|.*\\[eventpoll]"));
    return opened.size();
  }

  @Test
  void secret_isNowhere() {
    assertThat(RESULTS.values())
        .allSatisfy(said -> assertThat(said.out() + said.err()).doesNotContain("hushhush"));
    assertThat(RESULTS.get("prints-secret-and-exits").out()).contains("token=****");
  }
}
