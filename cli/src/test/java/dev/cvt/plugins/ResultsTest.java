package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the exit code where results cannot be written. */
class ResultsTest {

  @ParameterizedTest
  @CsvSource({
    "0, No space left on device, 1",
    "3, No space left on device, 3",
    "0, Bad file descriptor, 1",
    "0, Broken pipe, 0",
    "1, Broken pipe, 1",
    "0, , 0"
  })
  void resultsThatWereLost_areNoSuccess_unlessNobodyWantedThem(int code, String why, int exit) {
    var results = new Results(failing(why));
    var err = new ByteArrayOutputStream();

    new PrintStream(results).println("a result");

    assertThat(results.exitCode(code, new PrintStream(err))).isEqualTo(exit);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            why == null || why.equals("Broken pipe")
                ? ""
                : "cvt-plugins: the result could not be written to standard output: "
                    + why
                    + "; make room there, or write it elsewhere\n");
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        if (why != null) {
          throw new IOException(why);
        }
      }
    };
  }
}
