package dev.cvt.plugin.sdk.testing;

import java.util.Map;

/**
 * One record of the plugin's log, as a host gets it.
 *
 * @param level as it was logged
 * @param logger the logger's name
 * @param message the text
 * @param fields the rest, all as text
 */
public record LogLine(
    System.Logger.Level level, String logger, String message, Map<String, String> fields) {

  /** Copies. */
  public LogLine {
    fields = Map.copyOf(fields);
  }
}
