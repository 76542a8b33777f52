package dev.cvt.pluginmgr.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.spi.AuditRecord.Kind;
import dev.cvt.pluginmgr.spi.AuditRecord.Outcome;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditRecordTest {
  private static final Instant TIME = Instant.parse("2026-04-17T19:00:00.000001Z");

  private static AuditRecord record(String plugin, Outcome outcome, String code, Instant time) {
    return new AuditRecord(
        Kind.WRITE,
        plugin,
        "rest/1.2.0",
        "ab".repeat(32),
        4711,
        "r-1",
        "registry.v1",
        "RegisterConsumerUsage",
        12,
        outcome,
        code,
        time);
  }

  @Test
  void json_ofAFailure_hasTwelveKeysInTheirOrder() {
    assertThat(record("rest", Outcome.TIMEOUT, "DeadlineExceeded", TIME).toJson())
        .isEqualTo(
            "{\"kind\":\"write\",\"plugin\":\"rest\",\"reported_version\":\"rest/1.2.0\",\"sha256\":\"%s\",\"pid\":4711,\"request_id\":\"r-1\",\"service\":\"registry.v1\",\"method\":\"RegisterConsumerUsage\",\"duration_ms\":12,\"outcome\":\"timeout\",\"error_code\":\"DeadlineExceeded\",\"timestamp\":\"2026-04-17T19:00:00.000001Z\"}"
                .formatted("ab".repeat(32)));
  }

  @Test
  void json_ofASuccess_leavesTheErrorCodeOut() {
    assertThat(record("rest", Outcome.OK, "", TIME).toJson())
        .contains("\"outcome\":\"ok\",\"timestamp\":")
        .doesNotContain("error_code");
  }

  @Test
  void json_escapesWhatWouldEndALineOrAText() {
    assertThat(record("a\"b\\c\nd\re\tf\u0001g\u001fh/<é", Outcome.OK, "", TIME).toJson())
        .contains("\"plugin\":\"a\\\"b\\\\c\\nd\\re\\tf\\u0001g\\u001fh/<é\"")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-04-17T19:00:00Z, 2026-04-17T19:00:00Z",
    "2026-04-17T19:00:00.5Z, 2026-04-17T19:00:00.5Z",
    "2026-04-17T19:00:00.123456789Z, 2026-04-17T19:00:00.123456789Z",
    "2026-04-17T19:00:00.100000000Z, 2026-04-17T19:00:00.1Z"
  })
  void timestamp_isUtc_withoutZerosAtTheEnd(String time, String written) {
    assertThat(record("rest", Outcome.OK, "", Instant.parse(time)).toJson())
        .endsWith("\"timestamp\":\"" + written + "\"}");
  }

  @ParameterizedTest
  @CsvSource({"OK, NotFound", "ERROR, ''", "TIMEOUT, ''"})
  void errorCode_goesWithAFailureOnly(Outcome outcome, String code) {
    assertThatThrownBy(() -> record("rest", outcome, code, TIME))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an error code goes with a failure and with nothing else: " + outcome + " " + code);
  }

  @Test
  void words_areThoseOfGo() {
    assertThat(Arrays.stream(Kind.values()).map(Kind::text)).containsExactly("read", "write");
    assertThat(Arrays.stream(Outcome.values()).map(Outcome::text))
        .containsExactly("ok", "error", "timeout");
  }

  @Test
  void components_areFrozen() {
    assertThat(Arrays.stream(AuditRecord.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactly(
            "kind",
            "plugin",
            "reportedVersion",
            "sha256",
            "pid",
            "requestId",
            "service",
            "method",
            "durationMs",
            "outcome",
            "errorCode",
            "timestamp");
  }
}
