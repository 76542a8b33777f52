package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which a program fails to become a plugin, as a real one, and what is said then. */
class MisbehavingTest extends HostTest {
  private static final Executor EACH_ITS_OWN = task -> Thread.ofVirtual().start(task);

  /** Program, phase, diagnosis, fact, remedy. */
  private static final String TABLE =
      """
      exits-0 ! FIRST_BYTE ! EXITED ! exited with code 0 before its handshake line ! make sure that it is a plugin, and run it by hand to see what it says
      exits-3 ! FIRST_BYTE ! EXITED ! exited with code 3 before its handshake line ! make sure that it is a plugin, and run it by hand to see what it says
      says-why-and-exits ! FIRST_BYTE ! EXITED ! exited with code 1 before its handshake line ! look at its last words
      goes-into-background ! FIRST_BYTE ! EXITED ! exited with code 0 before its handshake line ! make sure that it is a plugin, and run it by hand to see what it says
      segfaults ! FIRST_BYTE ! KILLED ! was killed by SIGSEGV before its handshake line ! look at its last words and at the system's log for who sent the signal
      kills-itself ! FIRST_BYTE ! KILLED ! was killed by SIGKILL before its handshake line ! look at its last words and at the system's log for who sent the signal
      refuses-cookie ! FIRST_BYTE ! COOKIE_REFUSED ! it refused the magic cookie TEST_COOKIE=test and exited with code 1 ! it is a plugin for another program, or another version of this one: install the right one
      names-cookie ! FIRST_BYTE ! COOKIE_REFUSED ! it refused the magic cookie TEST_COOKIE=test and exited with code 1 ! it is a plugin for another program, or another version of this one: install the right one
      cannot-listen ! FIRST_BYTE ! CANNOT_LISTEN ! it cannot listen: listen unix /x: bind: no space, and exited with code 0 ! make sure that its folder for sockets exists, has room, and may be written to
      prints-usage ! LINE ! NOT_A_PLUGIN ! it does not speak like a plugin: it printed "usage: tool [-v] FILE" and exited with code 2 ! make sure that this is the plugin's program, and not some other
      prints-and-closes-stdout ! LINE ! NOT_A_PLUGIN ! it does not speak like a plugin: it printed "hello" and closed its standard output without the handshake line ! make sure that this is the plugin's program, and not some other
      closes-stdout ! FIRST_BYTE ! STDOUT_CLOSED ! it closed its standard output without a handshake line, and runs on ! it is no plugin, or puts itself into the background, which a plugin must not do
      line-with-word-for-version ! LINE ! LINE_GARBLED ! its handshake line "1|one|unix|/tmp/x|grpc" cannot be read: its protocol version "one" is not a number ! have its author print CORE|APP|NETWORK|ADDRESS|PROTOCOL
      line-of-two-fields ! LINE ! LINE_GARBLED ! its handshake line "1|1" cannot be read: it has 2 fields of the 4 at least ! have its author print CORE|APP|NETWORK|ADDRESS|PROTOCOL
      line-of-unknown-network ! LINE ! LINE_GARBLED ! its handshake line "1|1|udp|127.0.0.1:1|grpc" cannot be read: its network "udp" is neither unix nor tcp ! have its author print CORE|APP|NETWORK|ADDRESS|PROTOCOL
      line-of-netrpc ! LINE ! NETRPC_ONLY ! it speaks version 1 over net/rpc, the old protocol of go-plugin, and this host speaks only gRPC ! install a version of the plugin that serves gRPC
      line-of-four-fields ! LINE ! NETRPC_ONLY ! it speaks version 1 over net/rpc, the old protocol of go-plugin, and this host speaks only gRPC ! install a version of the plugin that serves gRPC
      line-of-unknown-protocol ! LINE ! LINE_GARBLED ! its handshake line names the protocol "http", and this host speaks only grpc ! have its author print CORE|APP|NETWORK|ADDRESS|grpc
      line-of-other-core ! LINE ! CORE_VERSION ! it speaks version 2 of go-plugin's protocol, and this host version 1 ! have it built with a go-plugin library of this version
      line-of-newer-version ! LINE ! NO_COMMON_VERSION ! it speaks protocol version 7, and this host 1 ! upgrade the host, or install an older version of the plugin
      line-of-older-version ! LINE ! NO_COMMON_VERSION ! it speaks protocol version 0, and this host 1 ! install a newer version of the plugin
      line-of-other-machine ! LINE ! ADDRESS_REFUSED ! it listens on tcp 192.0.2.1:4444, and this host only connects to socket files and to ports of the loopback interface ! have it listen in the folder that PLUGIN_UNIX_SOCKET_DIR names, or on 127.0.0.1
      line-of-name ! LINE ! ADDRESS_REFUSED ! it listens on tcp example.com:4444, and this host only connects to socket files and to ports of the loopback interface ! have it listen in the folder that PLUGIN_UNIX_SOCKET_DIR names, or on 127.0.0.1
      line-of-nameless-socket ! LINE ! ADDRESS_REFUSED ! it listens on unix @plugin, and this host only connects to socket files and to ports of the loopback interface ! have it listen in the folder that PLUGIN_UNIX_SOCKET_DIR names, or on 127.0.0.1
      line-of-missing-socket ! CONNECT ! SOCKET_MISSING ! the socket in its handshake line does not exist: /tmp/no-such-socket ! have its author listen before printing the line, and keep the socket
      line-of-dead-port ! CONNECT ! SOCKET_REFUSED ! the address in its handshake line refuses connections: 127.0.0.1:1 ! have its author listen before printing the line, and keep the socket
      line-and-exit ! CONNECT ! EXITED ! exited with code 4 right after its handshake line ! look at its last words
      line-and-abort ! CONNECT ! KILLED ! was killed by SIGABRT right after its handshake line ! look at its last words
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '!', textBlock = TABLE)
  void start_ofMisbehavingProgram_isExplainedAtOnce(
      String name, Phase phase, Diagnosis diagnosis, String fact, String remedy) {
    // Far beyond what any of these takes: nobody waits for a deadline where the fact is known.
    var failure = failure(launch(name).startTimeout(Duration.ofSeconds(30)).build());
    assertThat(failure.diagnosis()).isEqualTo(diagnosis);
    assertThat(failure.phase()).isEqualTo(phase);
    assertThat(failure.fact()).isEqualTo(fact);
    assertThat(failure.remedy()).isEqualTo(remedy);
    assertThat(failure.plugin()).isEqualTo(name);
    assertThat(failure.timings().total()).isLessThan(Duration.ofSeconds(15));
    assertThat(failure.timings().phases()).containsKeys(Phase.PREFLIGHT, Phase.EXEC, phase);
    assertThat(alive()).isEmpty();
  }

  private StartFailure failure(Launch launch) {
    return catchThrowableOfType(StartFailure.class, () -> host.start(launch));
  }

  @Test
  void start_ofSilentProgram_endsAtTheDeadline() {
    var failure = atTheDeadline("silent", Diagnosis.SILENT);
    assertThat(failure.phase()).isEqualTo(Phase.FIRST_BYTE);
    assertThat(failure.fact()).startsWith("it printed nothing within ");
    assertThat(failure.remedy())
        .isEqualTo(
            "find out what it waits for (its last words, if any, may tell), or raise the start"
                + " timeout");
    assertThat(failure.exit()).isEmpty();
    assertThat(alive()).isEmpty();
  }

  @Test
  void start_ofChatteringProgram_endsAtTheDeadline() {
    var failure = atTheDeadline("chatters", Diagnosis.NOT_A_PLUGIN);
    assertThat(failure.fact())
        .startsWith(
            "it does not speak like a plugin: it printed \"hello\" and printed no handshake line"
                + " within ");
  }

  @Test
  void start_ofFloodingProgram_endsAtTheBound() {
    var failure = failure(launch("floods-stdout").startTimeout(Duration.ofSeconds(30)).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NOT_A_PLUGIN);
    assertThat(failure.fact())
        .matches(
            "it does not speak like a plugin: it printed \"nonsense.*\" and printed 10001 lines"
                + " \\(\\d+ bytes\\) that are none");
  }

  @Test
  void strictly_anyOtherLineFirst_endsTheStart() {
    var failure = failure(launch("serves-after-noise").strictLine(true).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NOT_A_PLUGIN);
    assertThat(failure.fact()).contains("it printed \"loading…\"");
  }

  @Test
  void start_ofProgramOnLongSocketPath_namesTheNumber() {
    var failure = failure(launch("line-of-long-path").build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.SOCKET_PATH_TOO_LONG);
    assertThat(failure.fact())
        .isEqualTo(
            "the path of its socket has 125 bytes, and a socket address holds 107: /tmp/"
                + "0".repeat(120));
    assertThat(failure.remedy())
        .isEqualTo("have it listen in the folder that PLUGIN_UNIX_SOCKET_DIR names");
  }

  @Test
  void message_holdsEverythingThatAPersonNeeds() {
    var failure = failure(launch("says-why-and-exits").name("db").build());
    assertThat(failure.getMessage())
        .matches(
            """
            plugin db did not start: exited with code 1 before its handshake line; look at its last words
              phase first byte; the process exited with code 1; after \\d+ ms \
            \\(preflight \\d+ ms, exec \\d+ ms, first byte \\d+ ms\\)
              its last words on stderr:
                the database is gone\
            """);
    assertThat(failure.exit()).hasValueSatisfying(e -> assertThat(e.code()).hasValue(1));
    assertThat(failure.stderr()).isEqualTo("the database is gone\n");
  }

  @Test
  void secret_inLastWordsAndFirstLine_isTakenOut() {
    var failure =
        failure(
            launch("prints-secret-and-exits")
                .environment(environment(Map.of("SECRET", "hushhush")))
                .scrubber(text -> text.replace("hushhush", "***"))
                .build());
    assertThat(failure.getMessage()).contains("token=***").doesNotContain("hushhush");
    assertThat(failure.fact()).contains("it printed \"stdout ***\"");
    assertThat(logs).allSatisfy(e -> assertThat(e.message()).doesNotContain("hushhush"));
  }

  @Test
  void autoMtls_withoutCertificateInTheLine_isRefused() {
    var failure = failure(launch("line-of-missing-socket").autoMtls(true).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.TLS_CERTIFICATE_MISSING);
    assertThat(failure.fact()).isEqualTo("AutoMTLS was wanted, and it sent no certificate");
    assertThat(failure.remedy())
        .isEqualTo(
            "turn AutoMTLS off for this plugin, or have it built with a go-plugin library that"
                + " knows it");
  }

  @Test
  void autoMtls_withUnreadableCertificate_isRefused() {
    var failure = failure(launch("line-with-bad-certificate").autoMtls(true).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.TLS_CERTIFICATE_UNREADABLE);
    assertThat(failure.fact())
        .isEqualTo(
            "the certificate in its handshake line cannot be read: it can be decoded, but is no"
                + " certificate");
    assertThat(failure.remedy()).isEqualTo("have its author send the base64 of the DER form");
  }

  /** All at once, beside one that behaves. */
  @Test
  void otherPluginsOfTheHost_areNotDisturbedAndNothingIsLeft() throws Exception {
    try (var _ = serve(new FakeServer.Services());
        var good = host.start(launch("serves").build())) {
      assertThat(failure(launch("exits-3").build())).isNotNull();
      // What is made once is made now: what grpc-java needs, which connects to ports.
      assertThat(failure(launch("line-of-dead-port").build())).isNotNull();
      long descriptors = descriptors();
      var threads = threads();
      var failures =
          TABLE
              .lines()
              .map(line -> launch(line.substring(0, line.indexOf(' '))).build())
              .map(launch -> CompletableFuture.supplyAsync(() -> failure(launch), EACH_ITS_OWN))
              .toList();
      var all = CompletableFuture.allOf(failures.toArray(CompletableFuture[]::new));
      int asked = 0;
      do {
        assertThat(good.health(Duration.ofSeconds(20))).isEqualTo(Health.SERVING);
        asked++;
      } while (!all.isDone());
      assertThat(asked).isGreaterThan(1);
      assertThat(failures).allSatisfy(failure -> assertThat(failure.join()).isNotNull());
      // The good one waits by a command that it starts again and again.
      assertThat(alive())
          .allMatch(pid -> pid == good.pid() || parent(pid) == good.pid() || isGone(pid));
      assertThat(entries(entries(sockets).getFirst())).hasSize(2); // the good one's, and the owner
      awaitDescriptors(descriptors);
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (System.nanoTime() < end && threads() > threads) {
        Thread.onSpinWait();
      }
      assertThat(threads()).isLessThanOrEqualTo(threads);
    }
  }

  private static long parent(long pid) {
    return ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(ProcessHandle::pid).orElse(-1L);
  }

  private static boolean isGone(long pid) {
    return ProcessHandle.of(pid).isEmpty();
  }

  /** Those of this library that are of the platform. */
  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("goplugin"))
        .count();
  }
}
