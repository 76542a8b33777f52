package dev.cvt.goplugin.logs;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.LogEntry.Kind;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes log records of the lines that a plugin writes to its standard error: hclog's JSON, level
 * prefixes, crash dumps, plain text. Secrets are taken out here, before anything is cut. Knows no
 * clock and no thread; not thread-safe.
 */
final class LogReader {
  private static final Map<String, Level> PREFIXES =
      Map.of(
          "[TRACE]", Level.TRACE,
          "[DEBUG]", Level.DEBUG,
          "[INFO]", Level.INFO,
          "[WARN]", Level.WARNING,
          "[ERROR]", Level.ERROR);

  private static final Map<String, Level> LEVELS =
      Map.of(
          "trace", Level.TRACE,
          "debug", Level.DEBUG,
          "info", Level.INFO,
          "warn", Level.WARNING,
          "error", Level.ERROR);

  private final UnaryOperator<String> scrubber;
  private final StringBuilder crash = new StringBuilder();
  private Instant crashed = Instant.EPOCH;

  LogReader(UnaryOperator<String> scrubber) {
    this.scrubber = scrubber;
  }

  /**
   * Takes one line.
   *
   * @param text the line, or its head
   * @param total its true length in bytes
   * @param read when it was read
   * @return the records that are complete now: none while a crash dump grows
   */
  List<LogEntry> line(String text, long total, Instant read) {
    var tagged = tagged(text, total, read);
    var complete = new ArrayList<LogEntry>();
    if (tagged.isPresent()) {
      flush().ifPresent(complete::add);
      complete.add(tagged.get());
    } else if (crash.isEmpty() && !startsCrash(text)) {
      complete.add(plain(text, total, read));
    } else {
      if (crash.isEmpty()) {
        crashed = read;
      }
      crash.append(crash.isEmpty() ? "" : "\n").append(LongText.cut(scrubber, text, total));
      if (crash.length() >= LineAssembler.WHOLE) {
        flush().ifPresent(complete::add);
      }
    }
    return complete;
  }

  /** Whether a crash dump has begun and may go on. */
  boolean growing() {
    return !crash.isEmpty();
  }

  /** Ends the crash dump, if there is one. */
  Optional<LogEntry> flush() {
    if (crash.isEmpty()) {
      return Optional.empty();
    }
    var dump = crash.toString();
    crash.setLength(0);
    return Optional.of(new LogEntry(Level.ERROR, dump, "", Map.of(), crashed, Kind.CRASH));
  }

  private static boolean startsCrash(String text) {
    return text.startsWith("panic: ") || text.startsWith("fatal error: ");
  }

  private LogEntry plain(String text, long total, Instant read) {
    return new LogEntry(
        Level.DEBUG, LongText.cut(scrubber, text, total), "", Map.of(), read, Kind.PLAIN);
  }

  private Optional<LogEntry> tagged(String text, long total, Instant read) {
    if (text.startsWith("[")) {
      var level = PREFIXES.get(text.substring(0, text.indexOf(']') + 1));
      return Optional.ofNullable(level)
          .map(
              l ->
                  new LogEntry(
                      l, LongText.cut(scrubber, text, total), "", Map.of(), read, Kind.PREFIXED));
    }
    if (!text.startsWith("{")) {
      return Optional.empty();
    }
    return Json.object(text, total > LineAssembler.KEPT)
        .flatMap(content -> structured(content, total, read));
  }

  /** JSON without a level that hclog knows is something else: the line stays as it is. */
  private Optional<LogEntry> structured(Json.Content content, long total, Instant read) {
    var values = content.values();
    var level = LEVELS.get(values.getOrDefault("@level", "").strip().toLowerCase(Locale.ROOT));
    if (level == null) {
      return Optional.empty();
    }
    var clean = new LinkedHashMap<String, String>();
    values.forEach(
        (key, value) ->
            clean.put(
                scrubber.apply(key),
                content.unfinished().filter(key::equals).isPresent()
                    ? LongText.withoutMargin(scrubber, value, total)
                    : scrubber.apply(value)));
    clean.remove("@level");
    var message = Optional.ofNullable(clean.remove("@message")).orElse("");
    var module = Optional.ofNullable(clean.remove("@module")).orElse("");
    var at = Optional.ofNullable(clean.remove("@timestamp")).flatMap(LogReader::time).orElse(read);
    return Optional.of(new LogEntry(level, message, module, clean, at, Kind.STRUCTURED));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
