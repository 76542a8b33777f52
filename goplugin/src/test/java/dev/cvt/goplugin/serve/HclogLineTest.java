package dev.cvt.goplugin.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HclogLineTest {

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.000006789Z");
  private static final String STAMP = "\"@timestamp\":\"2026-01-02T03:04:05.000006Z\"";

  @Test
  void a_record_is_one_line_as_hclog_writes_it() {
    assertThat(line("echo", "fetched", List.of(Map.entry("schema_id", "pets"), Map.entry("n", 4))))
        .isEqualTo(
            "{\"@level\":\"info\",\"@message\":\"fetched\",\"@module\":\"echo\","
                + STAMP
                + ",\"schema_id\":\"pets\",\"n\":4}\n");
  }

  @Test
  void a_logger_without_a_name_leaves_the_module_out() {
    assertThat(line("", "m", List.of()))
        .isEqualTo("{\"@level\":\"info\",\"@message\":\"m\"," + STAMP + "}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a\"b\\c      | `\"a\\\"b\\\\c\"`",
        "\u00e4\u20ac | `\"\u00e4\u20ac\"`",
        "\ud83d\ude00 | `\"\ud83d\ude00\"`",
        "</&>         | `\"</&>\"`",
      })
  void texts_are_escaped_no_further_than_json_wants(String text, String json) {
    assertThat(line("", text, List.of())).contains("\"@message\":" + json + ",");
  }

  @Test
  void controls_and_halves_of_characters_are_escaped_or_replaced() {
    assertThat(line("", "a\nb\rc\td\u0001e\u007f\ud83d!\ude00", List.of()))
        .contains("\"@message\":\"a\\nb\\rc\\td\\u0001e\u007f\ufffd!\ufffd\",");
  }

  @Test
  void values_keep_their_kind_where_json_has_it() {
    List<Map.Entry<?, ?>> fields = new ArrayList<>();
    fields.add(Map.entry("truth", true));
    fields.add(Map.entry("long", Long.MIN_VALUE));
    fields.add(Map.entry("double", 1.5e300));
    fields.add(Map.entry("nan", Double.NaN));
    fields.add(Map.entry("float", Float.POSITIVE_INFINITY));
    fields.add(Map.entry("time", AT));
    fields.add(Map.entry("list", List.of("a", "b")));
    fields.add(new java.util.AbstractMap.SimpleEntry<>("nothing", null));
    assertThat(line("", "m", fields))
        .endsWith(
            ",\"truth\":true,\"long\":-9223372036854775808,\"double\":1.5E300,\"nan\":\"NaN\","
                + "\"float\":\"Infinity\",\"time\":\"2026-01-02T03:04:05.000006789Z\","
                + "\"list\":\"[a, b]\",\"nothing\":null}\n");
  }

  @Test
  void something_thrown_becomes_error_and_stack_trace() {
    String line =
        new String(
            HclogLine.format(
                "error", AT, "", "m", List.of(), new IllegalStateException("no \"disk\"")),
            UTF_8);
    assertThat(line)
        .contains(",\"error\":\"java.lang.IllegalStateException: no \\\"disk\\\"\",")
        .contains(
            "\"stacktrace\":\"java.lang.IllegalStateException: no \\\"disk\\\"\\n\\tat "
                + HclogLineTest.class.getModule().getName())
        .endsWith("}\n");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void a_long_text_is_cut_and_says_by_how_much() {
    String line = line("echo", "x".repeat(100_000), List.of(Map.entry("k", "v")));
    int kept = line.indexOf("... [") - line.indexOf("xxx");
    assertThat(line).contains("x... [" + (100_000 - kept) + " more characters]\",\"@module\":");
    assertThat(line).endsWith(",\"k\":\"v\"}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0001", "\u20ac", "\ud83d\ude00", "\""})
  void no_line_is_longer_than_a_host_reads_at_once(String part) {
    String long_ = part.repeat(40_000);
    List<Map.Entry<?, ?>> fields = new ArrayList<>();
    for (int field = 0; field < 20; field++) {
      fields.add(Map.entry(long_.substring(0, 50) + field, long_));
    }
    byte[] line =
        HclogLine.format("warn", AT, long_, long_, fields, new IllegalStateException(long_));
    assertThat(line.length).isLessThanOrEqualTo(HclogLine.MAX_BYTES).isGreaterThan(40_000);
    assertThat(new String(line, UTF_8)).containsPattern(",\"fields_left_off\":[0-9]+}\n$");
  }

  private static String line(
      String logger, String message, List<? extends Map.Entry<?, ?>> fields) {
    return new String(HclogLine.format("info", AT, logger, message, fields, null), UTF_8);
  }
}
