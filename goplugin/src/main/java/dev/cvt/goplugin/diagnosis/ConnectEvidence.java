package dev.cvt.goplugin.diagnosis;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.channel.LostConnection;
import dev.cvt.goplugin.line.HandshakeLine;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
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
  private static final String NO_SUCH_FILE = "No such file";

  private static final Pattern ALERT = Pattern.compile("fatal alert: (\\w+)");

  /** The alerts by which one side says that it does not trust the other. */
  private static final Set<String> MISTRUST =
      Set.of(
          "bad_certificate",
          "unknown_ca",
          "certificate_unknown",
          "certificate_expired",
          "unsupported_certificate");

  /**
   * Whether nobody was there, so that another attempt might do better: a socket may take a moment
   * to appear. The status may be that of an attempt before the one that got through.
   */
  public static boolean nobodyThere(Status status) {
    return LostConnection.isNobodyThere(status.getCause());
  }

  /** gRPC gave up. */
  public Finding failed(Status status) {
    var text = new StringBuilder(String.valueOf(status.getDescription()));
    for (var cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException || cause.getCause() instanceof SSLException) {
        return new Finding(
            Phase.TLS,
            Diagnosis.TLS_REFUSED,
            "the TLS handshake failed: " + tlsReason(root(cause)),
            "make sure that the plugin uses AutoMTLS and not a certificate of its own");
      }
      text.append('\n').append(cause);
    }
    return nobodyThere(status) || !connected
        ? unreachable(text.toString())
        : answered(text.toString());
  }

  private static String tlsReason(String said) {
    var alert = ALERT.matcher(said);
    if (!alert.find()) {
      return said;
    }
    return MISTRUST.contains(alert.group(1))
        ? "it refuses the certificate that this host made for it (alert " + alert.group(1) + ")"
        : "it breaks off with the alert " + alert.group(1);
  }

  private static String root(Throwable cause) {
    var deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  private Finding unreachable(String text) {
    boolean missing = text.contains(NO_SUCH_FILE);
    return new Finding(
        Phase.CONNECT,
        missing ? Diagnosis.SOCKET_MISSING : Diagnosis.SOCKET_REFUSED,
        missing
            ? "the socket in its handshake line does not exist: " + line.address()
            : "the address in its handshake line refuses connections: "
                + line.address()
                + (text.contains("refused") ? "" : " (" + lastLine(text) + ")"),
        "have its author listen before printing the line, and keep the socket");
  }

  private Finding answered(String text) {
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
        "what listens on " + line.address() + " does not speak gRPC: " + otherReason(text),
        tls
            ? "make sure that the plugin serves gRPC there"
            : "make sure that the plugin serves gRPC there, and not TLS, which would need"
                + " AutoMTLS");
  }

  /**
   * What answers is no gRPC server, and a look showed that it speaks TLS.
   *
   * @param otherwise what it would be if it were not for that
   */
  public static Finding wantsTls(Finding otherwise) {
    return otherwise.diagnosis() != Diagnosis.NOT_GRPC
        ? otherwise
        : new Finding(
            Phase.TLS,
            Diagnosis.TLS_WANTED,
            "it wants TLS, and this host was not asked to speak it",
            "turn AutoMTLS on for this plugin");
  }

  private static String lastLine(String text) {
    return text.lines().reduce("", (first, last) -> last);
  }

  /** The words of gRPC and of what is under it are for those who know its inside. */
  private static String otherReason(String text) {
    boolean closed =
        text.contains("closing while")
            || text.contains("io exception")
            || text.contains("Network closed");
    return closed || text.contains("SETTINGS")
        ? "it sends something other than HTTP/2, or closes the connection at once"
        : text.lines().findFirst().orElse("");
  }

  /** It ended after it had printed its line. */
  public static Finding ended(Phase phase, Exit exit) {
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
