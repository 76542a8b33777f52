package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes out equals what a Go 1.26 program made of the same input, by running one. */
class GoBytesTest {

  private static final String ZERO = "0001-01-01T00:00:00Z";

  @ParameterizedTest
  @MethodSource
  void time_readAndWritten_isWhatGoMakesOfIt(String read, String written) throws Exception {
    assertThat(rewritten(file("/p/a", "00", read))).isEqualTo(file("/p/a", "00", written));
  }

  static Stream<Arguments> time_readAndWritten_isWhatGoMakesOfIt() {
    return Stream.of(
        arguments("2026-04-17T19:00:00Z", "2026-04-17T19:00:00Z"),
        arguments("2026-04-17T19:00:00.5Z", "2026-04-17T19:00:00.5Z"),
        arguments("2026-04-17T19:00:00.500000000Z", "2026-04-17T19:00:00.5Z"),
        arguments("2026-04-17T19:00:00.000000001Z", "2026-04-17T19:00:00.000000001Z"),
        arguments("2026-04-17T19:00:00.1234567891Z", "2026-04-17T19:00:00.123456789Z"),
        arguments("2026-04-17T19:00:00.000Z", "2026-04-17T19:00:00Z"),
        arguments("2026-04-17T19:00:00,5Z", "2026-04-17T19:00:00.5Z"),
        arguments("2026-04-17T9:00:00Z", "2026-04-17T09:00:00Z"),
        arguments("2026-04-17T19:00:00+02:00", "2026-04-17T19:00:00+02:00"),
        arguments("2026-04-17T19:00:00-09:30", "2026-04-17T19:00:00-09:30"),
        arguments("2026-04-17T19:00:00+02:60", "2026-04-17T19:00:00+03:00"),
        arguments("2026-04-17T19:00:00+18:00", "2026-04-17T19:00:00+18:00"),
        arguments("2026-04-17T19:00:00+00:00", "2026-04-17T19:00:00Z"),
        arguments("2026-04-17T19:00:00-00:00", "2026-04-17T19:00:00Z"),
        arguments("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        arguments("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        arguments("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
        arguments("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"));
  }

  @ParameterizedTest
  @MethodSource
  void time_refusedByGo_isRefused(String text) {
    assertThatThrownBy(() -> rewritten(file("/p/a", "00", text)))
        .isInstanceOf(StateDocument.Unreadable.class)
        .hasMessage(
            "cannot be read: plugins.a.installed_at must be a time such as 2026-04-17T19:00:00Z,"
                + " found \"%s\"",
            text);
  }

  static Stream<String> time_refusedByGo_isRefused() {
    return Stream.of(
        "",
        "2023-02-29T00:00:00Z",
        "2026-04-17t19:00:00Z",
        "2026-04-17T19:00:00z",
        "2026-04-17 19:00:00Z",
        "2026-04-17T19:00:60Z",
        "2026-04-17T24:00:00Z",
        "2026-04-17T19:00:00.Z",
        "2026-04-17T19:00:00",
        "2026-04-17T19:00:00+24:00",
        "2026-04-17T19:00:00+02:61",
        "2026-04-17T19:00:00+0200",
        "12026-04-17T19:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-04-31T00:00:00Z");
  }

  @ParameterizedTest
  @MethodSource
  void string_readAndWritten_isWhatGoMakesOfIt(String read, String written) throws Exception {
    var text = file("@", "", ZERO);
    assertThat(rewritten(text.replace("\"@\"", read))).isEqualTo(text.replace("\"@\"", written));
  }

  static Stream<Arguments> string_readAndWritten_isWhatGoMakesOfIt() {
    return Stream.of(
        arguments("\"<>&\"", "\"\\u003c\\u003e\\u0026\""),
        arguments("\"\\u2028\\u2029\"", "\"\\u2028\\u2029\""),
        arguments("\"\u2028\u2029\"", "\"\\u2028\\u2029\""),
        arguments("\"\\b\\f\\n\\r\\t\"", "\"\\b\\f\\n\\r\\t\""),
        arguments("\"\\u0000\\u001f\\u007f\"", "\"\\u0000\\u001f\u007f\""),
        arguments("\"\\\"\\\\\\/\"", "\"\\\"\\\\/\""),
        arguments("\"é😀\uFFFD\"", "\"é😀\uFFFD\""),
        arguments("\"\\ud83d\\ude00\"", "\"😀\""),
        arguments("\"\\ud800\"", "\"\uFFFD\""),
        arguments("\"\\udc00x\"", "\"\uFFFDx\""),
        arguments("\"\\ud800\\ud800\\udc00\"", "\"\uFFFD\uD800\uDC00\""),
        arguments("\"'`\"", "\"'`\""),
        arguments("null", "\"\""));
  }

  @ParameterizedTest
  @MethodSource
  void document_readAndWritten_isWhatGoMakesOfIt(String read, String written) throws Exception {
    assertThat(rewritten(read)).isEqualTo(written);
  }

  static Stream<Arguments> document_readAndWritten_isWhatGoMakesOfIt() {
    var none = "{\n  \"version\": 1,\n  \"plugins\": {}\n}\n";
    var zero = file("", "", ZERO);
    return Stream.of(
        arguments("{}", none),
        arguments("null", none),
        arguments("{\"version\":0}", none),
        arguments("{\"version\":-0}", none),
        arguments("{\"version\":null,\"plugins\":null}", none),
        arguments("{\"plugins\":{}}", none),
        arguments("{\"version\":1} \n", none),
        arguments("{\"plugins\":{\"a\":null}}", zero),
        arguments("{\"plugins\":{\"a\":{\"installed_at\":null}}}", zero),
        arguments("{\"ver\u017fion\":1,\"plugin\u017f\":{\"a\":{}}}", zero),
        arguments("{\"plugins\":{\"<a>\":{}}}", zero.replace("\"a\"", "\"\\u003ca\\u003e\"")),
        arguments(
            "{\"VERSION\":1,\"Plugins\":{\"a\":{\"Binary_Path\":\"/x\",\"SHA256\":\"y\"}}}",
            file("/x", "y", ZERO)));
  }

  @Test
  void plugins_writtenInAnyOrder_areSortedByTheirUtf8Bytes() throws Exception {
    var text =
        rewritten(
            "{\"plugins\":{\"z\":{},\"a\":{},\"\uFFFD\":{},\"😀\":{},\"A\":{},\" \":{},\"\":{}}}");
    assertThat(text.lines().filter(line -> line.endsWith(": {")).skip(1).map(String::trim))
        .containsExactly(
            "\"\": {",
            "\" \": {",
            "\"A\": {",
            "\"a\": {",
            "\"z\": {",
            "\"\uFFFD\": {",
            "\"😀\": {");
  }

  @Test
  void unknownMembers_areKeptBehindTheKnownOnes() throws Exception {
    var read =
        """
        {"later": {"x": [1.50, {}, [], "<", null, true]}, "version": 1,
         "plugins": {"a": {"note": "n", "binary_path": "/p/a", "sha256": "00"}}}
        """;
    var document = StateDocument.parse(read.getBytes(UTF_8));
    var entry = document.entry("a").orElseThrow();
    var changed = document.with("a", new Entry("/p/b", entry.sha256(), entry.installedAt()));
    assertThat(new String(changed.toJson(), UTF_8))
        .isEqualTo(
            """
            {
              "version": 1,
              "plugins": {
                "a": {
                  "binary_path": "/p/b",
                  "sha256": "00",
                  "installed_at": "0001-01-01T00:00:00Z",
                  "note": "n"
                }
              },
              "later": {
                "x": [
                  1.50,
                  {},
                  [],
                  "\\u003c",
                  null,
                  true
                ]
              }
            }
            """);
  }

  @Test
  void snapshot_toJsonAndBack_isTheSame() {
    var snapshot =
        Snapshot.of(
            Map.of("rest", new Entry("/p/r", "ab", OffsetDateTime.parse("2026-04-17T19:00:00Z"))));
    assertThat(snapshot.toJson())
        .isEqualTo(file("/p/r", "ab", "2026-04-17T19:00:00Z").replace("\"a\"", "\"rest\""));
    assertThat(Snapshot.parse(snapshot.toJson())).isEqualTo(snapshot);
    assertThat(Snapshot.empty().toJson()).isEqualTo("{\n  \"version\": 1,\n  \"plugins\": {}\n}\n");
  }

  @Test
  void snapshot_ofTextThatIsNone_isRefused() {
    assertThatThrownBy(() -> Snapshot.parse("{\"version\": 2}"))
        .isInstanceOf(Refused.class)
        .hasMessage(
            "the text has version 2, and this program reads version 1; use the program that wrote"
                + " it, or a newer version of this one");
  }

  @Test
  void time_withSecondsInItsZone_keepsTheInstant() {
    var time = OffsetDateTime.parse("2026-04-17T19:00:00+01:00:30");
    assertThat(GoTime.format(time)).isEqualTo("2026-04-17T17:59:30Z");
  }

  private static String rewritten(String json) throws StateDocument.Unreadable {
    return new String(StateDocument.parse(json.getBytes(UTF_8)).toJson(), UTF_8);
  }

  private static String file(String path, String hash, String time) {
    return """
    {
      "version": 1,
      "plugins": {
        "a": {
          "binary_path": "%s",
          "sha256": "%s",
          "installed_at": "%s"
        }
      }
    }
    """
        .formatted(path, hash, time);
  }
}
