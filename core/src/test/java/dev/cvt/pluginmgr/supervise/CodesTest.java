package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {

  @Test
  void names_areGos() {
    assertThat(
            Arrays.stream(Status.Code.values())
                .map(code -> Codes.failed(code.toStatus().asRuntimeException()).code()))
        .containsExactly(
            "OK",
            "Canceled",
            "Unknown",
            "InvalidArgument",
            "DeadlineExceeded",
            "NotFound",
            "AlreadyExists",
            "PermissionDenied",
            "ResourceExhausted",
            "FailedPrecondition",
            "Aborted",
            "OutOfRange",
            "Unimplemented",
            "Internal",
            "Unavailable",
            "DataLoss",
            "Unauthenticated");
  }

  @ParameterizedTest
  @CsvSource({"Unknown code 17,Code(17)", "Unknown code x,Unknown", "'Unknown code ',Unknown"})
  void numberOutsideTheList_isSpelledAsGoSpellsIt(String description, String name) {
    var status = Status.UNKNOWN.withDescription(description);

    assertThat(Codes.failed(status.asException()).code()).isEqualTo(name);
  }

  @Test
  void failureThatIsNotOfGrpc_isUnknownWithItsMessage() {
    var thrown = new IllegalStateException("out of paper");

    assertThat(Codes.failed(thrown))
        .isEqualTo(new Reply.Failed<>("Unknown", "out of paper", "", true, thrown));
  }

  @Test
  void failureWithoutMessage_isDescribedByItsType() {
    assertThat(Codes.failed(new IllegalStateException()).description())
        .isEqualTo("java.lang.IllegalStateException");
  }
}
