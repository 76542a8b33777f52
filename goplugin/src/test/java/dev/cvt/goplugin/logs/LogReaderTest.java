package dev.cvt.goplugin.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.LogEntry.Kind;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogReaderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final LogReader reader =
      new LogReader(text -> text.replace("s3cret", "***").replace("s3c\\nret", "***"));

  private List<LogEntry> line(String text) {
    return reader.line(text, text.length(), NOW);
  }

  private static LogEntry plain(Level level, String text, Kind kind) {
    return new LogEntry(level, text, "", Map.of(), NOW, kind);
  }

  @ParameterizedTest
  @CsvSource({
    "trace, TRACE",
    "debug, DEBUG",
    "info, INFO",
    "warn, WARNING",
    "error, ERROR",
    "' INFO ', INFO"
  })
  void hclogRecord_keepsItsLevel(String word, Level level) {
    assertThat(line("{\"@level\":\"" + word + "\",\"@message\":\"hi\"}"))
        .containsExactly(plain(level, "hi", Kind.STRUCTURED));
  }

  @Test
  void hclogRecord_keepsEverything() {
    assertThat(
            line(
                "{\"@caller\":\"a.go:1\",\"@level\":\"info\",\"@message\":\"hi\",\"@module\":\"m\","
                    + "\"@timestamp\":\"2026-11-23T04:38:09.402077+01:00\",\"n\":1,\"o\":{\"a\":[]},"
                    + "\"s\":\"t\"}"))
        .containsExactly(
            new LogEntry(
                Level.INFO,
                "hi",
                "m",
                Map.of("@caller", "a.go:1", "n", "1", "o", "{\"a\":[]}", "s", "t"),
                Instant.parse("2026-11-23T03:38:09.402077Z"),
                Kind.STRUCTURED));
  }

  @Test
  void hclogRecord_withOddTypes_isReadAllTheSame() {
    assertThat(
            line("{\"@level\":\"info\",\"@message\":{\"a\":1},\"@module\":7,\"@timestamp\":false}"))
        .containsExactly(
            new LogEntry(Level.INFO, "{\"a\":1}", "7", Map.of(), NOW, Kind.STRUCTURED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"message\":\"hi\"}",
        "{\"@level\":\"loud\",\"@message\":\"hi\"}",
        "{\"@level\":1}",
        "{\"@level\":\"info\"",
        "{}",
        "hello",
        "",
        "[LOUD] hello",
        "[INFO hello",
        "{",
        "info: hello"
      })
  void anythingElse_staysAsItIsAtDebug(String text) {
    assertThat(line(text)).containsExactly(plain(Level.DEBUG, text, Kind.PLAIN));
  }

  @ParameterizedTest
  @CsvSource({
    "[TRACE] x, TRACE",
    "[DEBUG] x, DEBUG",
    "[INFO] x, INFO",
    "[WARN] x, WARNING",
    "[ERROR]x, ERROR"
  })
  void prefix_givesTheLevel(String text, Level level) {
    assertThat(line(text)).containsExactly(plain(level, text, Kind.PREFIXED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"panic: boom", "fatal error: all goroutines are asleep - deadlock!"})
  void crashDump_isOneRecord(String first) {
    assertThat(line(first)).isEmpty();
    assertThat(line("")).isEmpty();
    assertThat(line("goroutine 1 [running]:")).isEmpty();
    assertThat(reader.growing()).isTrue();
    assertThat(reader.flush())
        .contains(plain(Level.ERROR, first + "\n\ngoroutine 1 [running]:", Kind.CRASH));
    assertThat(reader.growing()).isFalse();
  }

  @Test
  void crashDump_endsBeforeATaggedLine() {
    line("panic: boom");
    assertThat(line("[INFO] x"))
        .containsExactly(
            plain(Level.ERROR, "panic: boom", Kind.CRASH),
            plain(Level.INFO, "[INFO] x", Kind.PREFIXED));
  }

  @Test
  void crashDump_withoutEnd_comesInBoundedRecords() {
    line("panic: boom");
    var records = new java.util.ArrayList<LogEntry>();
    for (int i = 0; i < 2000; i++) {
      records.addAll(line("x".repeat(1000)));
    }
    assertThat(records).allMatch(r -> r.message().length() < 2 * LineAssembler.WHOLE).isNotEmpty();
  }

  @Test
  void secrets_areTakenOutOfEveryPart() {
    assertThat(
            line(
                "{\"@level\":\"info\",\"@message\":\"a s3cret\",\"@module\":\"s3cret\","
                    + "\"s3cret\":\"s3cret!\"}"))
        .containsExactly(
            new LogEntry(Level.INFO, "a ***", "***", Map.of("***", "***!"), NOW, Kind.STRUCTURED));
    assertThat(line("s3cret")).containsExactly(plain(Level.DEBUG, "***", Kind.PLAIN));
    line("panic: s3cret");
    assertThat(reader.flush().orElseThrow().message()).isEqualTo("panic: ***");
  }

  @Test
  void longLine_isCutWithAMarker() {
    var head = "x".repeat(LineAssembler.KEPT);
    assertThat(reader.line(head, 10_000_000, NOW).getFirst().message())
        .isEqualTo("x".repeat(LineAssembler.WHOLE) + "… [9934464 bytes cut]");
  }

  @Test
  void longRecord_keepsItsLevelAndLosesTheEndOfItsLastValue() {
    var head = "{\"@level\":\"warn\",\"@message\":\"hi\",\"data\":\"" + "x".repeat(140_000);
    var entry = reader.line(head.substring(0, LineAssembler.KEPT), 10_000_000, NOW).getFirst();
    assertThat(entry.level()).isEqualTo(Level.WARNING);
    assertThat(entry.message()).isEqualTo("hi");
    assertThat(entry.fields().get("data")).matches("x{60000,65536}… \\[9934464 bytes cut\\]");
  }

  @Test
  void secretAcrossTheCut_isTakenOut() {
    var head = "x".repeat(LineAssembler.WHOLE - 3) + "s3cret" + "y".repeat(5000);
    assertThat(reader.line(head, 100_000, NOW).getFirst().message())
        .isEqualTo("x".repeat(LineAssembler.WHOLE - 3) + "***… [34464 bytes cut]");
  }
}
