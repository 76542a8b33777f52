package dev.cvt.pluginmgr.spi;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** One flat JSON object being written. */
final class JsonLine {
  // -1: as many digits of the fraction as there are, without zeros at the end.
  private static final DateTimeFormatter RFC3339 =
      new DateTimeFormatterBuilder().appendInstant(-1).toFormatter();

  private final StringBuilder json;

  JsonLine(int size) {
    json = new StringBuilder(size).append('{');
  }

  static String rfc3339(Instant instant) {
    return RFC3339.format(instant);
  }

  JsonLine text(String key, String value) {
    key(key).append('"');
    for (int i = 0; i < value.length(); i++) {
      escape(value.charAt(i));
    }
    json.append('"');
    return this;
  }

  JsonLine number(String key, long value) {
    key(key).append(value);
    return this;
  }

  String end() {
    return json.append('}').toString();
  }

  private StringBuilder key(String key) {
    return json.append(json.length() > 1 ? ",\"" : "\"").append(key).append("\":");
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> json.append('\\').append(c);
      case '\n' -> json.append("\\n");
      case '\r' -> json.append("\\r");
      case '\t' -> json.append("\\t");
      default -> {
        if (c < 0x20) {
          json.append("\\u00").append(c < 0x10 ? '0' : '1').append(Character.forDigit(c & 15, 16));
        } else {
          json.append(c);
        }
      }
    }
  }
}
