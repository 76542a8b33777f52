package dev.cvt.goplugin.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.line.HandshakeLine.Network;
import io.grpc.Status;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectEvidenceTest {
  private static final HandshakeLine LINE =
      HandshakeLine.grpc(1, Network.UNIX, "/s", Optional.empty());

  private static Status unavailable(Throwable cause) {
    return Status.UNAVAILABLE.withDescription("io exception").withCause(cause);
  }

  @Test
  void attempt_mayBeRepeatedOnlyIfNobodyWasThere() {
    assertThat(ConnectEvidence.nobodyThere(unavailable(new ConnectException("refused")))).isTrue();
    assertThat(
            ConnectEvidence.nobodyThere(
                unavailable(new SocketException("No such file or directory"))))
        .isTrue();
    assertThat(ConnectEvidence.nobodyThere(unavailable(new SocketException("Connection reset"))))
        .isFalse();
    assertThat(ConnectEvidence.nobodyThere(Status.UNAVAILABLE)).isFalse();
  }

  @Test
  void multiplexedConnection_thatNobodyAskedFor_isNamed() {
    var insists =
        new HandshakeLine(1, 1, Network.UNIX, "/s", "grpc", Optional.empty(), Optional.of(true));
    assertThat(new ConnectEvidence(insists, false, true).failed(Status.UNAVAILABLE))
        .isEqualTo(
            new Finding(
                Phase.CONNECT,
                Diagnosis.MULTIPLEXING_ONLY,
                "it insists on a multiplexed connection, which this host does not speak and did"
                    + " not ask for",
                "turn multiplexing off in the plugin"));
  }

  @Test
  void otherTrouble_namesItsReason() {
    assertThat(
            new ConnectEvidence(LINE, false, false)
                .failed(unavailable(new SocketException("Permission denied")))
                .fact())
        .isEqualTo(
            "the address in its handshake line refuses connections: /s"
                + " (java.net.SocketException: Permission denied)");
  }
}
