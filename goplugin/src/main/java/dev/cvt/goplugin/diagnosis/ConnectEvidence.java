package dev.cvt.goplugin.diagnosis;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.line.HandshakeLine;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * What was seen of a plugin that printed its line and cannot be talked to, and what is to be made
 * of it. Pure.
 *
 * @param line what it printed
 * @param tls whether TLS was to be spoken
 * @param connected whether the socket was connected
 */
public record ConnectEvidence(HandshakeLine line, boolean tls, boolean connected) {
  private static final Pattern FIRST_BYTES =
      Pattern.compile("Hex dump for first \\d+ bytes: ([0-9a-f]*)");

  /** How an alert of TLS 1.x begins. */
  private static final String TLS_ALERT = "1503";

  /** Whether another attempt might do better: the socket may take a moment to appear. */
  public boolean mayPass(Status status) {
    return !connected && status.getCause() instanceof IOException e && !(e instanceof SSLException);
  }

  /** gRPC gave up. */
  public Finding failed(Status status) {
    var text = new StringBuilder(String.valueOf(status.getDescription()));
    for (var cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException || cause.getCause() instanceof SSLException) {
        return new Finding(
            Phase.TLS,
            Diagnosis.TLS_REFUSED,
            "the TLS handshake failed: " + root(cause),
            "make sure that the plugin uses AutoMTLS and not a certificate of its own");
      }
      text.append('\n').append(cause);
    }
    return connected ? answered(text.toString()) : unreachable(text.toString());
  }

  private static String root(Throwable cause) {
    var deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  private Finding unreachable(String text) {
    boolean missing = text.contains("No such file");
    return new Finding(
        Phase.CONNECT,
        missing ? Diagnosis.SOCKET_MISSING : Diagnosis.SOCKET_REFUSED,
        missing
            ? "the socket in its handshake line does not exist: " + line.address()
            : "the address in its handshake line refuses connections: "
                + line.address()
                + Optional.of(text.lines().reduce("", (first, last) -> last))
                    .map(why -> " (" + why + ")")
                    .orElse(""),
        "have its author listen before printing the line, and keep the socket");
  }

  private Finding answered(String text) {
    var bytes = FIRST_BYTES.matcher(text);
    if (bytes.find() && bytes.group(1).startsWith(TLS_ALERT)) {
      return new Finding(
          Phase.TLS,
          Diagnosis.TLS_WANTED,
          "it wants TLS, and this host was not asked to speak it",
          "turn AutoMTLS on for this plugin");
    }
    if (line.multiplexing().orElse(false)) {
      return new Finding(
          Phase.CONNECT,
          Diagnosis.MULTIPLEXING_ONLY,
          "it insists on a multiplexed connection, which this host does not speak and did not ask"
              + " for",
          "turn multiplexing off in the plugin");
    }
    return new Finding(
        Phase.CONNECT,
        Diagnosis.NOT_GRPC,
        "what listens on " + line.address() + " does not speak gRPC: " + firstLine(text),
        tls
            ? "make sure that the plugin serves gRPC there"
            : "make sure that the plugin serves gRPC there, and not TLS, which would need"
                + " AutoMTLS");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** It ended after it had printed its line. */
  public Finding ended(Phase phase, Exit exit) {
    var diagnosis =
        exit.outOfMemory()
            ? Diagnosis.OUT_OF_MEMORY
            : exit.signal().isPresent() ? Diagnosis.KILLED : Diagnosis.EXITED;
    return new Finding(
        phase,
        diagnosis,
        exit.description() + " right after its handshake line",
        "look at its last words");
  }

  /** Nothing was heard until the deadline. */
  public Finding timedOut(Duration deadline) {
    return connected
        ? new Finding(
            tls ? Phase.TLS : Phase.CONNECT,
            Diagnosis.CONNECTION_SILENT,
            "it accepts connections on "
                + line.address()
                + " and says nothing within "
                + deadline.toMillis()
                + " ms of the start",
            "find out what it waits for, or raise the start timeout")
        : new Finding(
            Phase.CONNECT,
            Diagnosis.SOCKET_REFUSED,
            "the address in its handshake line does not answer: " + line.address(),
            "have its author listen before printing the line");
  }
}
