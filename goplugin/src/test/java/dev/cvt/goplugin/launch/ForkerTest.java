package dev.cvt.goplugin.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the JDK's words when it starts no process. */
class ForkerTest {
  private static final String PROGRAM = "Cannot run program \"/usr/bin/setsid\": ";

  /** The JDK adds this to what has to do with its helper, and to much that has not. */
  private static final String ADVICE =
      " \nPossible reasons:\n  - Spawn helper ran into JDK version mismatch\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          Failed to exec spawn helper: pid: 7, exit code: 1, error: 0 (none)
          posix_spawn failed, error: 2 (No such file or directory)
          posix_spawn failed, error: 8 (Exec format error)
          Exec failed, error: 2, helper: /jdk/lib/jspawnhelper
          """)
  void brokenHelper_isTold(String said) {
    assertThat(Forker.finding(new IOException(PROGRAM + said + ADVICE)))
        .isEqualTo(
            new Finding(
                Phase.EXEC,
                Diagnosis.SPAWN_HELPER_BROKEN,
                "the JDK cannot start any process: " + PROGRAM + said,
                "the JDK was probably replaced while this program runs: restart this program"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          posix_spawn failed, error: 11 (Resource temporarily unavailable)
          error=11, Resource temporarily unavailable
          Exec failed, error: 12 (Cannot allocate memory)
          """)
  void limitOnProcesses_isTold(String said) {
    assertThat(Forker.finding(new IOException(PROGRAM + said + ADVICE)))
        .isEqualTo(
            new Finding(
                Phase.EXEC,
                Diagnosis.NO_MORE_PROCESSES,
                "the system refuses another process: " + PROGRAM + said,
                "raise the limit on processes (ulimit -u, pids.max) or free memory"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          Exec failed, error: 26 (Text file busy)
          error=26, Text file busy
          """)
  void busyProgram_isTold(String said) {
    assertThat(Forker.finding(new IOException(PROGRAM + said)))
        .isEqualTo(
            new Finding(
                Phase.EXEC,
                Diagnosis.TEXT_FILE_BUSY,
                "somebody has the program open for writing",
                "wait until whoever copies it there is done; copy to another name and rename"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          Exec failed, error: 13 (Permission denied)
          """)
  void otherRefusal_isTold(String said) {
    assertThat(Forker.finding(new IOException(PROGRAM + said)))
        .isEqualTo(
            new Finding(
                Phase.EXEC,
                Diagnosis.EXEC_REFUSED,
                "the system refused to execute it: " + PROGRAM + said,
                "run it by hand as this user to see why"));
  }
}
