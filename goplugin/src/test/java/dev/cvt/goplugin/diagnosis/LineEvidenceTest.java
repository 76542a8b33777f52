package dev.cvt.goplugin.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be had from a real program on every machine. */
class LineEvidenceTest {

  private static LineEvidence evidence(String stderr, Long... writers) {
    return new LineEvidence(
        Phase.FIRST_BYTE,
        Handshake.of("COOKIE", "value", 1),
        0,
        "",
        Optional.empty(),
        stderr,
        List.of(writers));
  }

  private static Exit exit(int code) {
    return new Exit(OptionalInt.of(code), Optional.empty(), false, false, "", Duration.ofMillis(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          /p: error while loading shared libraries: libfoo.so.1: cannot open shared object file: No such file or directory ! libfoo.so.1
          Error loading shared library libbar.so: No such file or directory (needed by /p) ! libbar.so
          dyld[12]: Library not loaded: @rpath/libbaz.dylib ! @rpath/libbaz.dylib
          """)
  void missingLibrary_isNamed(String stderr, String library) {
    assertThat(evidence(stderr).ended(exit(127)))
        .isEqualTo(
            new Finding(
                Phase.FIRST_BYTE,
                Diagnosis.LIBRARY_MISSING,
                "it needs the shared library " + library + ", which is not there",
                "install the library, or a statically linked build of the plugin"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setsid: failed to execute /p: Text file busy\n",
        "goplugin-gate: 1: exec: /p: Text file busy\n",
        "goplugin-gate: exec: line 0: /p: Text file busy\n" // busybox
      })
  void busyProgram_isToldByTheWordsOfTheSystem(String stderr) {
    assertThat(evidence(stderr).ended(exit(126)))
        .isEqualTo(
            new Finding(
                Phase.EXEC,
                Diagnosis.TEXT_FILE_BUSY,
                "somebody has the program open for writing",
                "wait until whoever copies it there is done; copy to another name and rename"));
  }

  @Test
  void busyProgram_isToldByItsWritersInWhateverLanguage() {
    assertThat(evidence("setsid: /p: Das geht nicht\n", 42L).ended(exit(126)).fact())
        .isEqualTo("somebody has the program open for writing: process 42");
  }

  @Test
  void refusedExecution_isTold() {
    var finding = evidence("setsid: failed to execute /p: Permission denied\n").ended(exit(126));
    assertThat(finding.diagnosis()).isEqualTo(Diagnosis.EXEC_REFUSED);
    assertThat(finding.fact())
        .isEqualTo("the system refused to execute it: failed to execute /p: Permission denied");
  }

  @Test
  void refusedExecutionByTheGate_isTold() {
    var finding = evidence("goplugin-gate: 1: exec: /p: not found\n").ended(exit(127));
    assertThat(finding.diagnosis()).isEqualTo(Diagnosis.EXEC_REFUSED);
    assertThat(finding.fact()).isEqualTo("the system refused to execute it: /p: not found");
  }

  @Test
  void programThatTalksLikeSetsid_isNotTakenForIt() {
    assertThat(evidence("setsid: something\n").ended(exit(1)).diagnosis())
        .isEqualTo(Diagnosis.EXITED);
  }

  @Test
  void outOfMemory_isTold() {
    var killed =
        new Exit(
            OptionalInt.empty(), Optional.of("SIGKILL"), true, false, "", Duration.ofMillis(1));
    assertThat(evidence("").ended(killed))
        .isEqualTo(
            new Finding(
                Phase.FIRST_BYTE,
                Diagnosis.OUT_OF_MEMORY,
                "was killed by SIGKILL (the kernel ran out of memory while it lived) before its"
                    + " handshake line",
                "give it, or the container it runs in, more memory"));
  }

  @Test
  void longLine_isQuotedInPart() {
    var garbled =
        new LineEvidence.Garbled("1|x|" + "y".repeat(1000), "its protocol version is no number");
    assertThat(evidence("").garbled(garbled).fact()).hasSizeLessThan(300).contains("yyy…");
  }
}
