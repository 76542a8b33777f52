package dev.cvt.plugin.tests.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Asks Go what it writes. Every method asks all of its questions in one run of the program. */
public final class Goldens {

  private Goldens() {}

  /** What Go made of a value. */
  public sealed interface Answer {

    /** This: Go writes UTF-8 whatever it has read. */
    record Text(String text) implements Answer {}

    /** It refused. */
    record Refused(String error) implements Answer {}
  }

  /** What CVT writes after it has read a state file of these bytes. */
  public static List<Answer> rewritten(List<byte[]> files) {
    return ask(files, bytes -> Map.of("op", "state", "bytes", base64(bytes)));
  }

  /** The line of CVT's zap sink for records in their JSON form, each with its newline. */
  public static List<Answer> auditLines(List<Map<String, Object>> records) {
    return ask(records, record -> Map.of("op", "audit", "record", record));
  }

  /** Audit records, written by {@code encoding/json}. */
  public static List<Answer> auditJson(List<Map<String, Object>> records) {
    return ask(records, record -> Map.of("op", "audit_json", "record", record));
  }

  /** The {@code ts} of zap's lines at these times, nanoseconds since the epoch. */
  public static List<String> zapTimes(List<Long> nanos) {
    return texts(Map.of("op", "zap_time", "nanos", nanos));
  }

  /** Durations as nanoseconds, or Go's error. */
  public static List<String> durations(List<String> texts) {
    return texts(Map.of("op", "duration", "texts", texts));
  }

  /** The name that Go prints for a gRPC code. */
  public static String code(int number) {
    return texts(Map.of("op", "code", "number", number)).getFirst();
  }

  private static List<String> texts(Map<String, Object> question) {
    return lines(List.of(question)).getFirst().texts();
  }

  private static <T> List<Answer> ask(List<T> values, Function<T, Map<String, Object>> question) {
    var lines = lines(values.stream().map(question).toList());
    if (lines.size() != values.size()) {
      throw new AssertionError(lines.size() + " answers to " + values.size() + " questions");
    }
    return lines.stream().map(Line::answer).toList();
  }

  private record Line(Map<String, Object> fields) {

    Answer answer() {
      return Boolean.TRUE.equals(fields.get("ok"))
          ? new Answer.Text(new String(Base64.getDecoder().decode(text("bytes")), UTF_8))
          : new Answer.Refused(text("error"));
    }

    List<String> texts() {
      if (!(fields.get("texts") instanceof List<?> list)) {
        throw new AssertionError("no texts in " + fields);
      }
      return list.stream().map(String::valueOf).toList();
    }

    private String text(String key) {
      return fields.get(key) instanceof String text ? text : "";
    }
  }

  private static List<Line> lines(List<Map<String, Object>> questions) {
    try {
      var input = new StringBuilder();
      for (var question : questions) {
        input.append(JSON.std.asString(question)).append('\n');
      }
      var run = Program.of(Peers.goldens()).given(input.toString()).run().ok();
      return run.out().lines().map(Goldens::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Line parse(String line) {
    try {
      return new Line(JSON.std.mapFrom(line));
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
