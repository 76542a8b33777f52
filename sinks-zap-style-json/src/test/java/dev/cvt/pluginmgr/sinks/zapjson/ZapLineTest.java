package dev.cvt.pluginmgr.sinks.zapjson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditRecord.Kind;
import dev.cvt.pluginmgr.spi.AuditRecord.Outcome;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZapLineTest {
  private static final Instant TIME = Instant.parse("2026-04-17T19:00:00.123456789Z");
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void record_isOneLineWithTheKeysOfZap() {
    var record =
        new AuditRecord(
            Kind.READ,
            "echo",
            "echo/1.0.0",
            HASH,
            12,
            "r",
            "registry.v1",
            "FetchSchema",
            5,
            Outcome.OK,
            "",
            TIME);

    assertThat(text(ZapLine.of(record)))
        .isEqualTo(
            "{\"level\":\"info\",\"ts\":1776452400.1234567,\"msg\":\"plugin_audit\",\"kind\":\"read\",\"plugin\":\"echo\",\"reported_version\":\"echo/1.0.0\",\"sha256\":\"0123456789ab\",\"pid\":12,\"request_id\":\"r\",\"service\":\"registry.v1\",\"method\":\"FetchSchema\",\"duration_ms\":5,\"outcome\":\"ok\",\"error_code\":\"\"}\n");
  }

  @Test
  void recordOfAPluginThatNeverRan_hasEmptyFields() {
    var record =
        new AuditRecord(
            Kind.WRITE,
            "echo",
            "",
            "",
            0,
            "r",
            "events.v1",
            "OnValidationFailed",
            0,
            Outcome.ERROR,
            "Unavailable",
            TIME);

    assertThat(text(ZapLine.of(record)))
        .contains("\"reported_version\":\"\",\"sha256\":\"\",\"pid\":0,")
        .endsWith("\"duration_ms\":0,\"outcome\":\"error\",\"error_code\":\"Unavailable\"}\n");
  }

  @Test
  void lifecycleEvent_isALineOfItsOwnKind() {
    var event = new LifecycleEvent(LifecycleEvent.Type.GAVE_UP, "echo", 0, "5 deaths in 5m", TIME);

    assertThat(text(ZapLine.of(event)))
        .isEqualTo(
            "{\"level\":\"info\",\"ts\":1776452400.1234567,\"msg\":\"plugin_lifecycle\",\"type\":\"gave_up\",\"plugin\":\"echo\",\"pid\":0,\"detail\":\"5"
                + " deaths in 5m\"}\n");
  }

  @Test
  void strings_areEscapedAsZapDoes() {
    var odd = "a\"b\\c\n\r\t\b\f\u0001\u001f\u007f<>&\u2028é\u20ac\ud83d\ude00";

    assertThat(requestId(odd))
        .isEqualTo(
            "a\\\"b\\\\c\\n\\r\\t\\u0008\\u000c\\u0001\\u001f\u007f<>&\u2028é\u20ac\ud83d\ude00");
  }

  @Test
  void surrogatesWithoutPartner_becomeTheEscapeForNoText() {
    assertThat(requestId("a\ud83db")).isEqualTo("a\\ufffdb");
    assertThat(requestId("a\ude00")).isEqualTo("a\\ufffd");
    assertThat(requestId("\ud83d")).isEqualTo("\\ufffd");
  }

  @Test
  void aLongString_isWhole() {
    var longText = "é".repeat(100_000);

    assertThat(requestId(longText)).isEqualTo(longText);
  }

  /** The right-hand side is what zap printed for the same nanoseconds. */
  @ParameterizedTest
  @CsvSource({
    "1765432100, 123456789, 1765432100.1234567",
    "1765432100, 0, 1765432100",
    "0, 0, 0",
    "0, 1, 0.000000001",
    "-1, 999999995, -0.000000005",
    "0, 1000000, 0.001",
    "0, 100, 0.0000001",
  })
  void times_areThePlainDecimalsOfZap(long seconds, int nanos, String expected) {
    assertThat(EpochSeconds.of(Instant.ofEpochSecond(seconds, nanos))).isEqualTo(expected);
  }

  @Test
  void timesOfOurDays_haveTheDigitsOfTheirDouble() {
    var random = new Random(22);
    for (int i = 0; i < 200_000; i++) {
      long seconds = (1L << 30) + random.nextInt(1 << 30);
      // Places in all lengths, and the halves of steps that lie between two places.
      int places = (int) Math.pow(10, random.nextInt(10));
      int nanos =
          i % 2 == 0
              ? random.nextInt(1_000_000_000) / places * places
              : (int) (random.nextInt(1 << 8) * 1_000_000_000L >> 8);
      double expected = (seconds * 1_000_000_000L + nanos) / 1e9;

      assertThat(EpochSeconds.of(Instant.ofEpochSecond(seconds, nanos)))
          .isEqualTo(
              new BigDecimal(Double.toString(expected)).stripTrailingZeros().toPlainString());
    }
  }

  private static String requestId(String id) {
    var line =
        text(
            ZapLine.of(
                new AuditRecord(Kind.READ, "p", "", "", 0, id, "s", "m", 0, Outcome.OK, "", TIME)));
    return line.substring(line.indexOf("\"request_id\":\"") + 14, line.indexOf("\",\"service\""));
  }

  private static String text(ZapLine line) {
    return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
  }
}
