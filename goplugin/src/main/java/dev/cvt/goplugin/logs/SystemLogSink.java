package dev.cvt.goplugin.logs;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.Output;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where a plugin's log goes when nobody asked for it: the host's logger, one message per record,
 * with the plugin's name in front and the fields behind. Thread-safe.
 *
 * @param logger the host's
 * @param plugin the name
 */
public record SystemLogSink(System.Logger logger, String plugin) implements Consumer<LogEntry> {

  @Override
  public void accept(LogEntry entry) {
    if (!logger.isLoggable(entry.level())) {
      return;
    }
    var text = new StringBuilder("[").append(plugin).append("] ");
    if (!entry.module().isEmpty()) {
      text.append(entry.module()).append(": ");
    }
    text.append(entry.message());
    entry.fields().forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
    logger.log(entry.level(), text.toString());
  }

  /** A line of output as a record. */
  public static LogEntry entry(Output line, java.time.Instant read) {
    return new LogEntry(
        System.Logger.Level.DEBUG,
        line.text(),
        "",
        Map.of("stream", line.stream().name().toLowerCase(Locale.ROOT)),
        read,
        LogEntry.Kind.PLAIN);
  }
}
