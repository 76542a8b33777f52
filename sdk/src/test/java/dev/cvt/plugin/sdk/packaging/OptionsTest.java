package dev.cvt.plugin.sdk.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  private static Options read(String line) throws Options.Unusable {
    return Options.read(line.isEmpty() ? List.of() : List.of(line.split(" ", -1)));
  }

  @Test
  void what_must_be_said_is_enough() throws Exception {
    assertThat(read("--module-path mods --main a.b/a.b.Main --output /x/cvt-plugin-a"))
        .isEqualTo(
            new Options(
                "mods",
                "a.b/a.b.Main",
                Path.of("/x/cvt-plugin-a"),
                Options.Form.IMAGE,
                List.of(),
                List.of(),
                false,
                true));
  }

  @Test
  void everything_can_be_said() throws Exception {
    assertThat(
            Options.read(
                List.of(
                    "--rehearse-handlers",
                    "--no-start-cache",
                    "--module-path",
                    "a:b",
                    "--main",
                    "m/M",
                    "--output",
                    "/x",
                    "--form",
                    "jar",
                    "--add-modules",
                    "java.sql,jdk.jfr",
                    "--java-options",
                    "-Xmx64m  -Da=b")))
        .isEqualTo(
            new Options(
                "a:b",
                "m/M",
                Path.of("/x"),
                Options.Form.JAR,
                List.of("java.sql", "jdk.jfr"),
                List.of("-Xmx64m", "-Da=b"),
                true,
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                | --main is missing",
        "--main a/B                                        | --output is missing",
        "--main a/B --output x                             | --module-path is missing",
        "--main Main --output x                            | --main must be MODULE/CLASS, not"
            + " \"Main\"",
        "--main                                            | --main needs a value",
        "--verbose                                         | there is no option \"--verbose\"",
        "--main a/B --output x --module-path m --form zip  | --form is image or jar, not \"zip\"",
        "--main a/B --output x'y                           | the name of --output may have letters,"
            + " digits and . _ + -, not \"x'y\"",
      })
  void what_makes_no_sense_is_told(String line, String message) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(Options.Unusable.class).hasMessage(message);
  }
}
