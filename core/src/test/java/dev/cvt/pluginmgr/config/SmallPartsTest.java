package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes, guesses, and texts and paths made fit for a message. */
class SmallPartsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0B, 0",
    "512KiB, 524288",
    "64MiB, 67108864",
    "1GiB, 1073741824",
    "2147483647B, 2147483647",
    "007KiB, 7168",
  })
  void size_isRead(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(Parsed.good(bytes));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|\"\" is not a size|write it like 512KiB or 64MiB",
        "-1KiB|\"-1KiB\" is not a size|write it like 512KiB or 64MiB",
        "64|\"64\" is a number without a unit|say which: 64MiB, 64KiB or 64B",
        "64MB|\"64MB\" has the unknown unit \"MB\"|use B, KiB, MiB or GiB",
        "64 MiB|\"64 MiB\" has the unknown unit \" MiB\"|use B, KiB, MiB or GiB",
        "1.5GiB|\"1.5GiB\" has the unknown unit \".5GiB\"|use B, KiB, MiB or GiB",
        "9223372036854775807KiB|\"9223372036854775807KiB\" is larger than a size can be"
            + "|use a smaller number",
        "9999999999999999999B|\"9999999999999999999B\" is larger than a size can be"
            + "|use a smaller number",
        "99999999999999999999B|\"99999999999999999999B\" is not a size"
            + "|write it like 512KiB or 64MiB",
      })
  void size_isRefusedWithTheFix(String text, String what, String remedy) {
    assertThat(ByteSize.parse(text)).isEqualTo(Parsed.bad(what, remedy));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1B",
    "1024, 1KiB",
    "1536, 1536B",
    "67108864, 64MiB",
    "2147483647, 2147483647B"
  })
  void size_isPrintedWithTheLargestWholeUnit(long bytes, String text) {
    assertThat(ByteSize.print(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "timout, timeout",
    "Timeout, timeout",
    "time_out, timeout",
    "binray, binary",
    "on-error, on_error",
    "secret, secrets",
    "hoosk, hooks",
    "configs, config",
    "url, ",
    "x, ",
    "'', ",
  })
  void slip_isGuessed(String typed, String meant) {
    var words = List.of("binary", "timeout", "on_error", "secrets", "config", "hooks", "a");

    assertThat(Nearest.to(typed, words)).isEqualTo(Optional.ofNullable(meant));
  }

  @Test
  void aVeryLongWord_isNotCompared() {
    assertThat(Nearest.to("t".repeat(1_000_000), List.of("timeout"))).isEmpty();
  }

  @Test
  void textFromOutside_isShownOnOneLineAndHarmless() {
    assertThat(Shown.quoted("a\"b\\c\n\r\t\u001b[31m\u0000é😀\u202e\u2028\ud800\ue000"))
        .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u001b[31m\\u0000é😀\\u202e\\u2028\\ud800\\ue000\"");
    assertThat(Shown.quoted("\udb80\udc00")).isEqualTo("\"\\U000f0000\"");
    assertThat(Shown.quoted("x".repeat(80))).isEqualTo("\"" + "x".repeat(80) + "\"");
    assertThat(Shown.quoted("x".repeat(1_000_000))).isEqualTo("\"" + "x".repeat(80) + "…\"");
  }

  @Test
  void keyPath_quotesWhatWouldBeReadAsSomethingElse() {
    var path = KeyPath.TOP.then("plugins").then("a-b").then("config");

    assertThat(path.then("base_url")).hasToString("plugins.a-b.config.base_url");
    assertThat(path.then("a.b")).hasToString("plugins.a-b.config.\"a.b\"");
    assertThat(path.then("")).hasToString("plugins.a-b.config.\"\"");
    assertThat(path.item(3)).hasToString("plugins.a-b.config[3]");
  }

  @Test
  void codePointOrder_isThatOfTheBytes() {
    var texts = List.of("", "a", "ab", "b", "é", "\uffff", "😀", "😀a");

    for (var x : texts) {
      for (var y : texts) {
        var bytes =
            java.util.Arrays.compareUnsigned(
                x.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                y.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(Integer.signum(CodePointOrder.COMPARATOR.compare(x, y)))
            .as("%s and %s", x, y)
            .isEqualTo(Integer.signum(bytes));
      }
    }
  }
}
