package dev.cvt.plugin.tests.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.tests.peers.Goldens;
import dev.cvt.plugin.tests.peers.Goldens.Answer;
import dev.cvt.pluginmgr.sinks.zapjson.ZapJsonProvider;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditRecord.Kind;
import dev.cvt.pluginmgr.spi.AuditRecord.Outcome;
import dev.cvt.pluginmgr.spi.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each record is written by CVT's zap sink and by ours. */
final class AuditLinesAgainstZapTest {

  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir Path folder;

  /**
   * Zap repeats {@code ts} at the end of its line, which makes it a duplicate key; ours does not.
   */
  @Test
  void lines_areZapsWithoutTheSecondTime() throws Exception {
    var records = records();
    assertThat(written(records))
        .isEqualTo(
            goldens(
                    Goldens.auditLines(
                        records.stream().map(AuditLinesAgainstZapTest::fields).toList()))
                .map(line -> line.replaceFirst(",\"ts\":[^,]*}\n$", "}"))
                .toList());
  }

  @Test
  void recordAsJson_saysWhatGosSays() throws Exception {
    var records = records();
    var go =
        goldens(Goldens.auditJson(records.stream().map(AuditLinesAgainstZapTest::fields).toList()));
    assertThat(records.stream().map(record -> keysAndValues(record.toJson())))
        .isEqualTo(go.map(AuditLinesAgainstZapTest::keysAndValues).toList());
  }

  @Test
  void times_areZaps() {
    var nanos = new ArrayList<Long>();
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      nanos.add(1_700_000_000_000_000_000L + random.nextLong(400_000_000_000_000_000L));
      nanos.add(random.nextLong(2_000_000_000_000L) - 1_000_000_000_000L);
    }
    nanos.addAll(List.of(0L, 1L, -1L, 999_999_999L, 1_000_000_000L, 1_700_000_000_000_000_000L));
    var lines = written(nanos.stream().map(nano -> record("r", Outcome.OK, "", at(nano))).toList());
    assertThat(lines.stream().map(line -> line.replaceFirst(".*?\"ts\":([^,]*),.*", "$1")).toList())
        .isEqualTo(Goldens.zapTimes(nanos));
  }

  private static List<AuditRecord> records() {
    var texts =
        List.of(
            "",
            "plain",
            "quote\" backslash\\ slash/ <html>&amp; 'single'",
            "\n\r\t\b\f\u000b",
            "\u2028\u2029\u0085\u00a0\ufeff\ufffd\uffff",
            "é 漢字 \ud83d\ude00",
            IntStream.range(0, 0x80)
                .mapToObj(c -> Character.toString((char) c))
                .collect(Collectors.joining()),
            "x".repeat(10_000));
    var records = new ArrayList<AuditRecord>();
    for (var text : texts) {
      records.add(record(text, Outcome.OK, "", at(1_776_452_400_123_456_789L)));
    }
    records.add(record("t", Outcome.TIMEOUT, "DeadlineExceeded", at(1_776_452_400_000_000_000L)));
    records.add(record("e", Outcome.ERROR, "Code(17)", at(1_776_452_400_100_000_000L)));
    return records;
  }

  private static AuditRecord record(String text, Outcome outcome, String code, Instant at) {
    return new AuditRecord(
        outcome == Outcome.ERROR ? Kind.WRITE : Kind.READ,
        "echo",
        "echo/" + text,
        HASH,
        4711,
        text,
        "registry.v1",
        "FetchSchema",
        1234,
        outcome,
        code,
        at);
  }

  private static Instant at(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  /** The record's own JSON form, written independently of it. */
  private static Map<String, Object> fields(AuditRecord record) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("kind", record.kind().text());
    fields.put("plugin", record.plugin());
    fields.put("reported_version", record.reportedVersion());
    fields.put("sha256", record.sha256());
    fields.put("pid", record.pid());
    fields.put("request_id", record.requestId());
    fields.put("service", record.service());
    fields.put("method", record.method());
    fields.put("duration_ms", record.durationMs());
    fields.put("outcome", record.outcome().text());
    fields.put("error_code", record.errorCode());
    fields.put("timestamp", record.timestamp().toString());
    return fields;
  }

  private static List<String> keysAndValues(String json) {
    try {
      return JSON.std.mapFrom(json).entrySet().stream().map(String::valueOf).toList();
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  private List<String> written(List<AuditRecord> records) {
    var file = folder.resolve("audit.log");
    var context =
        new Context() {
          @Override
          public Map<String, String> settings() {
            return Map.of("path", file.toString());
          }

          @Override
          public Path base() {
            return folder;
          }
        };
    try (var sink = new ZapJsonProvider().create(context)) {
      records.forEach(sink::record);
      return List.of(Files.readString(file).split("(?<=\n)")).stream()
          .map(line -> line.substring(0, line.length() - 1))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<String> goldens(List<Answer> answers) {
    return answers.stream()
        .map(
            answer ->
                switch (answer) {
                  case Answer.Text(String text) -> text;
                  case Answer.Refused(String error) -> throw new AssertionError(error);
                });
  }
}
