package dev.cvt.goplugin.serve;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One log record in the JSON form of hclog (v1.6): the keys {@code @level}, {@code @message},
 * {@code @module}, {@code @timestamp}, then the fields. Pure; not thread-safe.
 *
 * <p>A go-plugin host reads 64 KiB of a line at a time and takes what follows for another line, so
 * that a longer record would lose its level. Hence long texts are cut, with a mark that says by how
 * much, and the line as a whole stays below that size.
 */
final class HclogLine {

  /** The most that one line takes, its newline included, in bytes. */
  static final int MAX_BYTES = 60 * 1024;

  /** The most that one text takes, in bytes as written. */
  static final int MAX_TEXT_BYTES = 24 * 1024;

  /** Room for the mark of a cut text, the count of fields left off, and the end of the line. */
  private static final int RESERVE = 128;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);

  private HclogLine() {}

  /**
   * Formats one record.
   *
   * @param level {@code trace}, {@code debug}, {@code info}, {@code warn} or {@code error}
   * @param logger the logger's name, which hosts show before the message; may be empty
   * @param fields in the order in which they appear; a value that is neither a number nor a truth
   *     value is written as its text
   * @param thrown becomes the fields {@code error} and {@code stacktrace}
   * @return one line of UTF-8 with its newline, at most {@link #MAX_BYTES} long
   */
  static byte[] format(
      String level,
      Instant at,
      String logger,
      String message,
      List<? extends Map.Entry<?, ?>> fields,
      @Nullable Throwable thrown) {
    HclogLine json = new HclogLine();
    json.ascii("{\"@level\":\"" + level + "\",\"@message\":");
    json.text(message);
    if (!logger.isEmpty()) {
      json.ascii(",\"@module\":");
      json.text(logger);
    }
    json.ascii(",\"@timestamp\":\"" + timestamp(at) + '"');
    int leftOff = 0;
    for (Map.Entry<?, ?> field : fields) {
      leftOff += json.field(field.getKey(), field.getValue()) ? 0 : 1;
    }
    if (thrown != null) {
      leftOff += json.field("error", thrown.toString()) ? 0 : 1;
      leftOff += json.field("stacktrace", stackTrace(thrown)) ? 0 : 1;
    }
    if (leftOff > 0) {
      json.ascii(",\"fields_left_off\":" + leftOff);
    }
    json.ascii("}\n");
    return json.line.toByteArray();
  }

  /** Adds one field; false where nothing of it would fit any more. */
  private boolean field(@Nullable Object key, @Nullable Object value) {
    String name = String.valueOf(key);
    if (room() < 2 * RESERVE + 6 * name.length()) {
      return false;
    }
    ascii(",");
    text(name);
    ascii(":");
    switch (value) {
      case null -> ascii("null");
      case Boolean truth -> ascii(truth.toString());
      case Double number when !Double.isFinite(number) -> text(number.toString());
      case Float number when !Float.isFinite(number) -> text(number.toString());
      case Number number -> ascii(number.toString());
      default -> text(String.valueOf(value));
    }
    return true;
  }

  private int room() {
    return MAX_BYTES - RESERVE - line.size();
  }

  private void ascii(String text) {
    line.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes a quoted text, cut where it exceeds its own bound or what is left of the line. */
  private void text(String text) {
    int end = line.size() + Math.min(MAX_TEXT_BYTES, room());
    line.write('"');
    int at = 0;
    while (at < text.length() && line.size() + 6 <= end) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      point(point);
    }
    if (at < text.length()) {
      ascii("... [" + (text.length() - at) + " more characters]");
    }
    line.write('"');
  }

  private void point(int point) {
    switch (point) {
      case '"', '\\' -> {
        line.write('\\');
        line.write(point);
      }
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> {
        if (point < 0x20) {
          ascii("\\u00");
          line.write(HEX[point >> 4]);
          line.write(HEX[point & 0xf]);
        } else if (point < 0x80) {
          line.write(point);
        } else {
          // Half of a surrogate pair is no character; what stands for one is U+FFFD.
          int valid = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
          line.writeBytes(Character.toString(valid).getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** As {@code 2026-01-02T03:04:05.000006Z}: a Go host parses exactly six digits of a second. */
  private static String timestamp(Instant at) {
    LocalDateTime utc = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(27);
    digits(text, utc.getYear(), 4).append('-');
    digits(text, utc.getMonthValue(), 2).append('-');
    digits(text, utc.getDayOfMonth(), 2).append('T');
    digits(text, utc.getHour(), 2).append(':');
    digits(text, utc.getMinute(), 2).append(':');
    digits(text, utc.getSecond(), 2).append('.');
    return digits(text, utc.getNano() / 1000, 6).append('Z').toString();
  }

  private static StringBuilder digits(StringBuilder text, int number, int width) {
    String plain = Integer.toString(number);
    return text.repeat('0', width - plain.length()).append(plain);
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
