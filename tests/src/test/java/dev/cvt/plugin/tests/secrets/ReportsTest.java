package dev.cvt.plugin.tests.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.secrets.Reports.Hit;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** That a secret in a report would be found, wherever and however it stands there. */
class ReportsTest {
  private static final String SECRET = "pa/ss " + Marker.WORD + "!";

  @TempDir private Path root;

  private Path report(String path, String text) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  static Stream<Arguments> leaks() {
    var bytes = SECRET.getBytes(UTF_8);
    var base64 = Base64.getEncoder();
    return Stream.of(
        Arguments.of("raw", SECRET),
        Arguments.of("in the middle of a word", "x" + SECRET + "y"),
        Arguments.of("URL", URLEncoder.encode(SECRET, UTF_8)),
        Arguments.of("URL, each byte", HexFormat.of().withPrefix("%").formatHex(bytes)),
        Arguments.of("hex", HexFormat.of().formatHex(bytes)),
        Arguments.of("HEX", HexFormat.of().withUpperCase().formatHex(bytes)),
        Arguments.of("base64", base64.encodeToString(bytes)),
        Arguments.of("base64, one on", base64.encodeToString(("u" + SECRET).getBytes(UTF_8))),
        Arguments.of("base64, two on", base64.encodeToString(("u:" + SECRET).getBytes(UTF_8))),
        Arguments.of("base64 for URLs", Base64.getUrlEncoder().encodeToString(bytes)),
        Arguments.of(
            "base64 of nothing else",
            base64.withoutPadding().encodeToString(Marker.WORD.getBytes(UTF_8))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("leaks")
  void leak_isFoundWithFileAndLine(String name, String written) throws IOException {
    report(
        "core/target/surefire-reports/TEST-a.xml",
        "<testsuite>\n<system-err><![CDATA[one\ntoken=" + written + "\n]]></system-err>\n");

    assertThat(new Reports(root).hits())
        .extracting(hit -> hit.file() + ":" + hit.line())
        .containsExactly("core/target/surefire-reports/TEST-a.xml:3");
  }

  @Test
  void everyFileOfEveryModule_isSearched() throws IOException {
    report("core/target/surefire-reports/a-output.txt", SECRET);
    report("core/target/surefire-reports/2026.dumpstream", "\n\n" + SECRET + "\n" + SECRET);
    report("examples/one/target/failsafe-reports/TEST-b.xml", "x\n" + SECRET);
    report("core/target/other/TEST-c.xml", SECRET);
    report("core/src/surefire-reports/TEST-d.xml", SECRET);

    assertThat(new Reports(root).hits())
        .containsExactly(
            new Hit(Path.of("core/target/surefire-reports/2026.dumpstream"), 3, "as it is"),
            new Hit(Path.of("core/target/surefire-reports/2026.dumpstream"), 4, "as it is"),
            new Hit(Path.of("core/target/surefire-reports/a-output.txt"), 1, "as it is"),
            new Hit(Path.of("examples/one/target/failsafe-reports/TEST-b.xml"), 2, "as it is"));
  }

  @Test
  void aLongLine_acrossTheEdgeOfABuffer_isOne() throws IOException {
    report(
        "core/target/surefire-reports/TEST-a.xml",
        "x".repeat((1 << 16) - SECRET.length() / 2) + SECRET + "\nnothing\n");

    assertThat(new Reports(root).hits()).extracting(Hit::line).containsExactly(1);
  }

  @Test
  void nothing_isFoundWhereThereIsNothing() throws IOException {
    report("core/target/surefire-reports/TEST-a.xml", "token=****\nhush hush\n");

    assertThat(new Reports(root).files()).hasSize(1);
    assertThat(new Reports(root).hits()).isEmpty();
  }

  @Test
  void whatIsTold_repeatsNoSecret() {
    assertThat(List.of(new Hit(Path.of("a.xml"), 7, "in hex")).toString())
        .isEqualTo("[a.xml:7: a test's secret, in hex]");
  }
}
