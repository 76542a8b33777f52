package dev.cvt.pluginmgr.sinks.zapjson;

import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * One line as zap's production encoder writes it, being filled; pure. Only {@code "}, {@code \} and
 * control characters are escaped, everything else stays UTF-8; a surrogate without its partner
 * becomes zap's escape for what is no text.
 */
final class ZapLine {
  private static final int SHORT_HASH = 12;
  private static final byte[] NO_TEXT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[512];
  private int length;

  private ZapLine() {}

  static ZapLine of(AuditRecord record) {
    String hash = record.sha256();
    return begun(record.timestamp(), "plugin_audit")
        .text(",\"kind\":", record.kind().text())
        .text(",\"plugin\":", record.plugin())
        .text(",\"reported_version\":", record.reportedVersion())
        .text(",\"sha256\":", hash.substring(0, Math.min(SHORT_HASH, hash.length())))
        .number(",\"pid\":", record.pid())
        .text(",\"request_id\":", record.requestId())
        .text(",\"service\":", record.service())
        .text(",\"method\":", record.method())
        .number(",\"duration_ms\":", record.durationMs())
        .text(",\"outcome\":", record.outcome().text())
        .text(",\"error_code\":", record.errorCode())
        .ended();
  }

  static ZapLine of(LifecycleEvent event) {
    return begun(event.timestamp(), "plugin_lifecycle")
        .text(",\"type\":", event.type().name().toLowerCase(Locale.ROOT))
        .text(",\"plugin\":", event.plugin())
        .number(",\"pid\":", event.pid())
        .text(",\"detail\":", event.detail())
        .ended();
  }

  private static ZapLine begun(Instant timestamp, String message) {
    ZapLine line = new ZapLine();
    line.ascii("{\"level\":\"info\",\"ts\":").ascii(EpochSeconds.of(timestamp));
    return line.text(",\"msg\":", message);
  }

  private ZapLine ended() {
    return ascii("}\n");
  }

  /** The line, its newline included, in the first {@link #length()} of these. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private ZapLine number(String key, long value) {
    return ascii(key).ascii(Long.toString(value));
  }

  private ZapLine text(String key, String value) {
    ascii(key);
    // A char takes at most six bytes, in its escaped form.
    room(2 + 6 * value.length());
    bytes[length++] = '"';
    for (int i = plainStart(value); i < value.length(); i++) {
      char c = value.charAt(i);
      if (isPlain(c)) {
        bytes[length++] = (byte) c;
      } else if (c < 0x80) {
        escape(c);
      } else if (!Character.isSurrogate(c)) {
        utf8(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        utf8(Character.toCodePoint(c, value.charAt(++i)));
      } else {
        put(NO_TEXT);
      }
    }
    bytes[length++] = '"';
    return this;
  }

  /** Copies what needs no escape, which is all of nearly each text; its length. */
  private int plainStart(String value) {
    byte[] to = bytes;
    int at = length;
    int i = 0;
    while (i < value.length() && isPlain(value.charAt(i))) {
      to[at++] = (byte) value.charAt(i++);
    }
    length = at;
    return i;
  }

  private static boolean isPlain(char c) {
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    switch (c) {
      case '"', '\\' -> bytes[length++] = (byte) c;
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = (byte) Character.forDigit(c >> 4, 16);
        bytes[length++] = (byte) Character.forDigit(c & 15, 16);
      }
    }
  }

  private void utf8(int codePoint) {
    if (codePoint < 0x800) {
      bytes[length++] = (byte) (0xC0 | (codePoint >> 6));
    } else if (codePoint < 0x10000) {
      bytes[length++] = (byte) (0xE0 | (codePoint >> 12));
      bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    } else {
      bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
      bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    }
    bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
  }

  @SuppressWarnings("deprecation") // the one way to copy Latin-1 without a copy in between
  private ZapLine ascii(String text) {
    room(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
    return this;
  }

  private void put(byte[] more) {
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
