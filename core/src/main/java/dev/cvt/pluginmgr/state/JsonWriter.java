package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/**
 * A tree to bytes, as Go's {@code encoding/json} encoder (1.22 and later) writes it with an indent
 * of two spaces: HTML's special characters and the line separators escaped, a newline at the end.
 */
public final class JsonWriter {

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();

  private JsonWriter() {}

  /** The text of a value, newline included. */
  public static byte[] write(Json value) {
    var writer = new JsonWriter();
    writer.value(value, 0);
    writer.out.append('\n');
    return writer.out.toString().getBytes(UTF_8);
  }

  private void value(Json value, int depth) {
    switch (value) {
      case Json.Null _ -> out.append("null");
      case Json.Bool(boolean b) -> out.append(b);
      case Json.Num(String text) -> out.append(text);
      case Json.Str(String text) -> string(text);
      case Json.Arr(var items) -> array(items, depth);
      case Json.Obj(var members) -> object(members, depth);
    }
  }

  private void array(List<Json> items, int depth) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      newLine(i, depth + 1);
      value(items.get(i), depth + 1);
    }
    close(items.isEmpty(), depth, ']');
  }

  private void object(List<Json.Member> members, int depth) {
    out.append('{');
    for (int i = 0; i < members.size(); i++) {
      newLine(i, depth + 1);
      string(members.get(i).name());
      out.append(": ");
      value(members.get(i).value(), depth + 1);
    }
    close(members.isEmpty(), depth, '}');
  }

  private void newLine(int index, int depth) {
    if (index > 0) {
      out.append(',');
    }
    out.append('\n').repeat("  ", depth);
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      out.append('\n').repeat("  ", depth);
    }
    out.append(bracket);
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&', '\u2028', '\u2029' -> escape(c);
        default -> {
          if (c < ' ') {
            escape(c);
          } else if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else if (Character.isSurrogate(c)) {
            escape('\uFFFD'); // Go has no such strings; what is broken UTF-8 to it becomes this
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private void escape(char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt(c >> shift & 0xf));
    }
  }
}
