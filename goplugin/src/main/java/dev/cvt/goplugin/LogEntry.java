package dev.cvt.goplugin;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One record of a plugin's log, made from what it wrote to its real standard error (and, before and
 * after the handshake line, to its real standard output). All texts have gone through the scrubber
 * of the {@link Launch}.
 *
 * @param level as the plugin said it; {@code DEBUG} where it said nothing
 * @param message the text; a line over 64 KiB is cut, and ends in a marker with the number of bytes
 *     that are missing
 * @param module hclog's {@code @module}; empty where there is none
 * @param fields every other key of a structured record, in the order written; a value that is not
 *     text is kept as its JSON
 * @param timestamp when the plugin says it was, else when the line was read
 * @param kind what it was made from
 */
public record LogEntry(
    System.Logger.Level level,
    String message,
    String module,
    Map<String, String> fields,
    Instant timestamp,
    Kind kind) {

  /** Copies the fields and keeps their order. */
  public LogEntry {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** What a record was made from. */
  public enum Kind {
    /** A JSON object as hclog writes it. */
    STRUCTURED,
    /** A line with one of the prefixes {@code [TRACE]} to {@code [ERROR]}. */
    PREFIXED,
    /** Any other line. */
    PLAIN,
    /** A Go crash dump, all its lines in one record, at level {@code ERROR}. */
    CRASH,
    /** A line on standard output that is not the handshake line. */
    STRAY,
    /** Not the plugin's: something this library has to say about it, such as lines dropped. */
    NOTICE
  }
}
