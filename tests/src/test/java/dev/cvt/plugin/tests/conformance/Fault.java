package dev.cvt.plugin.tests.conformance;

import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugins.conformance.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One plugin that misbehaves in one way, and the rules that it breaks.
 *
 * @param name the program
 * @param broken names of rules, in their order; those that are only warned of as well
 * @param patience for what does not come
 */
record Fault(String name, List<String> broken, Patience patience) {
  /** What each of them is looked at for besides: it is broken only where the table says so. */
  static final List<String> BESIDES = List.of("line", "grpc", "health", "info", "shutdown");

  /** What a run needs that waits in vain, on a machine that is busy with others. */
  private static final Duration IN_VAIN = Duration.ofSeconds(4);

  /** All that a script needs that will never be a plugin. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private static final Duration CALM = Duration.ofMillis(500);

  /** Modes of {@code misbehaving}: the name, and the rules that it breaks. */
  private static final String PROGRAMS =
      """
      exits-0-without-cookie: no-cookie wrong-cookie
      silent-without-cookie: no-cookie-words
      takes-the-first-version: versions-common versions-none
      claims-any-version: versions-none
      needs-versions: versions-absent
      prints-before-line: line-first
      line-without-end: line-ended
      line-of-eight-fields: line-fields line-no-multiplexing
      line-of-core-2: line-core
      line-of-version-7: line-version
      line-without-protocol: line-protocol
      line-with-certificate: line-no-certificate
      line-with-multiplexing: line-no-multiplexing
      multiplexes-perhaps: multiplexing-asked
      socket-elsewhere: socket-folder
      unlinks-its-socket: socket-folder grpc
      dies-after-line: socket-folder grpc
      serves-on-any-port: port-range
      prints-after-line: stdout-quiet
      floods-after-line: stdout-quiet
      without-health: health
      not-serving: health
      healthy-for-anybody: health-unknown
      answers-anything: unknown-method
      ends-stdio-at-once: stdio
      fails-stdio: stdio
      streams-from-channel-7: stdio
      has-eight-callers-at-most: concurrent
      takes-small-requests: large-request
      dies-of-oversized-requests: oversized-request
      ends-with-its-connection: reconnect
      dies-of-garbage: garbage
      runs-once: two-processes shutdown
      dies-of-sigint: sigint
      leaves-socket-at-sigterm: sigterm-socket
      stops-slowly: shutdown-soon
      exits-3-after-shutdown: shutdown-code
      leaves-its-socket: shutdown-socket
      leaves-files: shutdown-folder
      leaves-children: shutdown-children
      cuts-calls: shutdown-orderly
      ignores-mtls: mtls
      serves-plain-text-too: mtls-plaintext
      trusts-anybody: mtls-stranger
      trusts-any-certificate: mtls-other-host
      without-info: info info-version info-services cvt-health
      nameless: info
      of-protocol-2: info-version
      declares-twice: info-services
      unwell: cvt-health
      implements-no-event: services-answer
      hides-its-events: services-declared
      dies-of-empty-ids: empty-requests
      dies-of-odd-ids: odd-requests
      names-no-version: fetch-version
      registers-once: register-again
      refuses-its-config: config
      without-set-config: config config-unknown
      dies-of-unknown-keys: config-unknown
      refuses-repetition: config-repeated
      logs-its-config: config-private
      logs-plain-text: logs
      logs-json-without-level: logs
      """;

  /** The same, for those at which something is waited for in vain. */
  private static final String SILENT_PROGRAMS =
      """
      serves-without-cookie: no-cookie wrong-cookie
      takes-any-cookie: wrong-cookie
      outlives-its-host: host-killed
      ignores-sigterm: sigterm
      ignores-shutdown: shutdown
      waits-for-all-calls: shutdown-busy
      one-connection-at-a-time: two-connections
      waits-for-each-to-speak: silent-connection
      streams-its-first-prints-alone: print-flood
      keeps-its-prints-for-a-reader: print-unfetched
      works-on-after-deadlines: deadline
      works-on-after-cancelling: cancel
      """;

  /** Scripts that never become plugins; the host's own tests know them too. */
  private static final String SCRIPTS =
      """
      exits-0: no-cookie wrong-cookie line
      exits-3: no-cookie line
      says-why-and-exits: line
      segfaults: line
      kills-itself: line
      goes-into-background: line
      cannot-listen: line
      prints-usage: line
      silent: no-cookie line
      chatters: line
      closes-stdout: line
      prints-and-closes-stdout: line
      floods-stdout: line
      line-of-two-fields: line-address line-protocol grpc
      line-with-word-for-version: line-version socket-folder grpc
      line-of-unknown-network: line-address grpc
      line-of-other-machine: line-address grpc
      line-of-name: line-address grpc
      line-of-nameless-socket: line-address socket-folder grpc
      line-of-long-path: line-address socket-folder grpc
      line-of-missing-socket: socket-folder grpc
      line-of-dead-port: grpc
      line-of-netrpc: line-protocol socket-folder grpc
      line-of-unknown-protocol: line-protocol socket-folder grpc
      line-of-other-core: line-core socket-folder grpc
      line-of-newer-version: line-version socket-folder grpc
      line-with-bad-certificate: line-no-certificate socket-folder grpc
      line-and-exit: no-cookie socket-folder grpc
      line-and-abort: socket-folder grpc
      """;

  /** Those that speak gRPC. */
  static Stream<Fault> programs() {
    return Stream.concat(
        read(PROGRAMS, Examination.GENEROUS),
        read(SILENT_PROGRAMS, new Patience(IN_VAIN, IN_VAIN, IN_VAIN, CALM)));
  }

  /** Those that do not. */
  static Stream<Fault> scripts() {
    return read(SCRIPTS, new Patience(AT_ONCE, AT_ONCE, AT_ONCE, CALM));
  }

  private static Stream<Fault> read(String table, Patience patience) {
    return table
        .lines()
        .map(line -> line.split(": "))
        .map(row -> new Fault(row[0], Arrays.asList(row[1].split(" ")), patience));
  }

  /** A plugin that has this fault. */
  static Path script(Path folder, String name) throws IOException {
    var file =
        Files.writeString(
            folder.resolve(name),
            "#!/bin/sh\nexec '%s' \"$0\"\n".formatted(Peers.named("misbehaving")));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Override
  public String toString() {
    return name;
  }
}
