package dev.cvt.plugin.tests.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.plugin.tests.peers.Goldens;
import dev.cvt.plugin.tests.peers.Goldens.Answer;
import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A state file that is read and written again has the bytes that Go would have written. */
final class StateTextTest {

  @TempDir Path folder;

  static Stream<String> contents() {
    return Stream.of(
        // The whole.
        "{}",
        "null",
        "  {\"version\":1}\r\n\t",
        "{\"version\":0,\"plugins\":null}",
        "{\"version\":-0}",
        "{\"version\":null}",
        "{\"plugins\":{},\"version\":1}",
        "{\"plugins\":{\"a\":{}}}",
        "{\"plugins\":{\"a\":null}}",
        "{\"PLUGINS\":{\"a\":{\"Binary_Path\":\"/x\",\"SHA256\":\"s\",\"installed_AT\":null}}}",
        "{\"plugin\u017f\":{\"a\":{\"\u017fha256\":\"long s\"}}}",
        "",
        " ",
        "{",
        "{}{}",
        "{} x",
        "[]",
        "1",
        "\"plugins\"",
        "\ufeff{}",
        "{\"version\":2}",
        "{\"version\":-1}",
        "{\"version\":1.0}",
        "{\"version\":1e0}",
        "{\"version\":01}",
        "{\"version\":\"1\"}",
        "{\"version\":true}",
        "{\"version\":99999999999999999999}",
        "{\"plugins\":[]}",
        "{\"plugins\":\"\"}",
        "{\"plugins\":{\"a\":[]}}",
        "{\"plugins\":{\"a\":\"\"}}",
        "{'plugins':{}}",
        "{\"plugins\":{},}",
        "{\"plugins\":{}/**/}",
        "{\"plugins\":NaN}",
        "{plugins:{}}",
        // Fields.
        entry("binary_path", "1"),
        entry("sha256", "{}"),
        entry("sha256", "false"),
        entry("installed_at", "1"),
        entry("installed_at", "\"\""),
        // Texts.
        entry("binary_path", "\"<script>&amp;</script> \u2028\u2029 \u007f\u0080é\ud83d\ude00\""),
        entry("binary_path", "\"\\u003c\\u2028\\u00e9\\ud83d\\ude00\\/\\\\\\\"\""),
        entry("binary_path", "\"\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\\u007f\\u0085\\u00a0\""),
        entry("binary_path", "\"\\ud800\""),
        entry("binary_path", "\"\\udc00x\\ud83d\\u0041\""),
        entry("binary_path", "\"\\uFFFD\ufffd\\uffff\\ufeff\""),
        entry("binary_path", "\"raw\u0001\""),
        entry("binary_path", "\"raw\nline\""),
        entry("binary_path", "\"\\x\""),
        entry("binary_path", "\"\\u12\""),
        entry("sha256", "\"'`$%\u00ad\u200b\u200f\u202e\""),
        "{\"plugins\":{\"<&>\":{},\"\\u2028\":{},\"\":{},\"\\\"\":{},\" \":{}}}",
        // Order: by UTF-8 bytes, which is not the order of Java's chars.
        "{\"plugins\":{\"b\":{},\"a\":{},\"a-\":{},\"a0\":{},\"A\":{},\"aa\":{},\"z9\":{}}}",
        "{\"plugins\":{\"\ud83d\ude00\":{},\"\uff5e\":{},\"\ue000\":{},\"é\":{},\"z\":{},\"\u0800\":{}}}");
  }

  static Stream<String> times() {
    return Stream.of(
            "2026-04-17T19:00:00Z",
            "2026-04-17T19:00:00.5Z",
            "2026-04-17T19:00:00.120Z",
            "2026-04-17T19:00:00.000Z",
            "2026-04-17T19:00:00.000000001Z",
            "2026-04-17T19:00:00.123456789Z",
            "2026-04-17T19:00:00.1234567899999Z",
            "2026-04-17T19:00:00+02:00",
            "2026-04-17T19:00:00.25-07:30",
            "2026-04-17T19:00:00+00:00",
            "2026-04-17T19:00:00-00:00",
            "2026-04-17T19:00:00+14:00",
            "2026-04-17T19:00:00+18:00",
            "2026-04-17T19:00:00-18:00",
            "2024-02-29T23:59:59Z",
            "0001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2023-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-17T24:00:00Z",
            "2026-04-17T19:60:00Z",
            "2026-04-17T19:00:60Z",
            // None in RFC 3339, and read by Go all the same.
            "2026-04-17T9:00:00Z",
            "2026-04-17T19:00:00,5Z",
            "2026-04-17T19:00:00+02:60",
            "2026-04-17t19:00:00Z",
            "2026-04-17T19:00:00z",
            "2026-04-17 19:00:00Z",
            "2026-04-17T19:00:00",
            "2026-04-17T19:00Z",
            "2026-04-17",
            "2026-04-17T19:00:00.Z",
            "2026-04-17T19:00:00+0200",
            "2026-04-17T19:00:00+02",
            "2026-04-17T19:00:00+24:00",
            "2026-04-17T19:00:00Z ",
            " 2026-04-17T19:00:00Z",
            "12026-04-17T19:00:00Z",
            "-026-04-17T19:00:00Z",
            "\u0662026-04-17T19:00:00Z")
        .map(time -> entry("installed_at", "\"" + time + "\""));
  }

  @ParameterizedTest
  @MethodSource({"contents", "times"})
  void stateFile_readAndWrittenAgain_isWhatGoWouldHaveWritten(String content)
      throws IOException, InterruptedException {
    switch (go(content.getBytes(UTF_8))) {
      case Answer.Text(String text) -> assertThat(ours(content.getBytes(UTF_8))).isEqualTo(text);
      case Answer.Refused(String _) -> refused(content.getBytes(UTF_8));
    }
  }

  /** Go's decoder loses them, so that an older command would strip what a newer one has written. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":1,\"plugins\":{},\"later\":{\"b\":[1,2.50,true,null],\"a\":\"<\"}}",
        "{\"plugins\":{\"p\":{\"signature\":{\"kid\":1}}}}"
      })
  void stateFile_unknownKeys_areKeptWhereGoLosesThem(String content)
      throws IOException, InterruptedException {
    var ours = ours(content.getBytes(UTF_8));
    assertThat(ours).containsAnyOf("later", "signature");
    assertThat(ours(ours.getBytes(UTF_8))).isEqualTo(ours);
    // What Go then reads and writes is what it would have written without the detour.
    assertThat(go(ours.getBytes(UTF_8))).isEqualTo(go(content.getBytes(UTF_8)));
  }

  static Stream<byte[]> ambiguous() {
    return Stream.of(
            // One key twice: Go takes the last, others the first.
            "{\"plugins\":{\"a\":{\"sha256\":\"1\"},\"a\":{\"sha256\":\"2\"}}}",
            entry("sha256", "\"1\",\"sha256\":\"2\""),
            entry("sha256", "\"1\",\"SHA256\":\"2\""),
            "{\"version\":1,\"version\":1}",
            // Broken UTF-8: Go reads U+FFFD in its place, and writes another path than it read.
            "{\"plugins\":{\"a\":{\"binary_path\":\"/\u00ff\"}}}",
            "{\"plugins\":{\"\u00c3\":{}}}",
            // Zones that java.time does not know, and nobody lives in.
            entry("installed_at", "\"2026-04-17T19:00:00+23:59\""),
            entry("installed_at", "\"2026-04-17T19:00:00-18:01\""))
        .map(text -> text.getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("ambiguous")
  void stateFile_ambiguous_isRefusedWhereGoGuesses(byte[] content) throws IOException {
    assertThat(go(content)).isInstanceOf(Answer.Text.class);
    refused(content);
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void snapshot_asText_isWhatGoWouldHaveWritten(List<String> names) {
    var plugins = new TreeMap<String, StateFile.Entry>();
    for (var name : names) {
      plugins.put(
          name,
          new StateFile.Entry(
              "/home/<u>&/" + name,
              "0123456789abcdef".repeat(4),
              OffsetDateTime.parse("2026-04-17T19:00:00Z")));
    }
    var text = StateFile.Snapshot.of(plugins).toJson();
    assertThat(go(text.getBytes(UTF_8))).isEqualTo(new Answer.Text(text));
    assertThat(StateFile.Snapshot.parse(text)).isEqualTo(StateFile.Snapshot.of(plugins));
  }

  static Stream<List<String>> snapshots() {
    return Stream.of(
        List.of(), List.of("a"), List.of("z", "a-b", "a", "a0"), List.of("\uff5e", "\ud83d\ude00"));
  }

  private static String entry(String field, String json) {
    return "{\"version\":1,\"plugins\":{\"p\":{\"%s\":%s}}}".formatted(field, json);
  }

  private static Answer go(byte[] content) {
    return Goldens.rewritten(List.of(content)).getFirst();
  }

  private StateFile at(byte[] content) throws IOException {
    var file = folder.resolve("state.json");
    Files.write(file, content);
    return StateFile.at(file, folder);
  }

  private String ours(byte[] content) throws IOException, InterruptedException {
    var state = at(content);
    state.write(state.read());
    return Files.readString(state.path());
  }

  private void refused(byte[] content) throws IOException {
    var state = at(content);
    assertThatThrownBy(state::read).isInstanceOf(StateFile.Refused.class);
    assertThat(Files.readAllBytes(state.path())).isEqualTo(content);
  }
}
