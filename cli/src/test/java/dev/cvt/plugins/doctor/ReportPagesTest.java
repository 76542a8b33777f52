package dev.cvt.plugins.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is printed of a report, and that the page for users shows just that. */
class ReportPagesTest {

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "doctor.md"));
  }

  private static String indented(String text) {
    return text.lines()
        .map(line -> line.isEmpty() ? "" : "    " + line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String text(Report report) {
    return String.join("\n", TextReport.of(report, Paint.none()));
  }

  private static String json(Report report) throws IOException {
    return JSON.std
        .with(JSON.Feature.WRITE_NULL_PROPERTIES)
        .with(JSON.Feature.PRETTY_PRINT_OUTPUT)
        .asString(JsonReport.of(report));
  }

  @Test
  void text_ofAPluginThatIsWell_isWhatThePageShows() throws IOException {
    assertThat(page()).contains(indented(text(SampleReports.well())));
  }

  @Test
  void text_ofAPluginThatIsNot_isWhatThePageShows() throws IOException {
    assertThat(page()).contains(indented(text(SampleReports.ill())));
  }

  @Test
  void json_isWhatThePageShows() throws IOException {
    assertThat(page()).contains(indented(json(SampleReports.well())));
  }

  @Test
  void colours_markTheVerdictAndTheChecks() {
    var paint =
        new Paint(
            text -> "<b>" + text + "</b>",
            text -> "<i>" + text + "</i>",
            text -> "<+>" + text + "</+>",
            text -> "<->" + text + "</->");
    assertThat(TextReport.of(SampleReports.ill(), paint))
        .contains(
            "<b>registry</b>: <->FAILED</->",
            "              <i>EXITED, in phase first byte</i>",
            "  checked     <+>ok </+> configuration   /home/u/.cvt/config.yaml  rw------- u");
  }

  @Test
  void mask_passesEveryTextThatAPluginHasAHandIn() throws IOException {
    var masked = SampleReports.well().masked(text -> "#");
    assertThat(json(masked))
        .doesNotContain("plugin2834", "CN=", "1.4.0", "loading", "taken", "ready", "5f70bf");
    assertThat(json(SampleReports.ill().masked(text -> "#")))
        .doesNotContain("exited with code 3 before", "licence");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 ms",
    "1240000, 1.2 ms",
    "9940000, 9.9 ms",
    "9960000, 10 ms",
    "61300000, 61 ms",
    "9999000000, 9999 ms",
    "12340000000, 12.3 s"
  })
  void times_areReadable(long nanos, String text) {
    assertThat(Texts.time(java.time.Duration.ofNanos(nanos))).isEqualTo(text);
  }
}
