package dev.cvt.plugin.tests.echo;

import dev.cvt.plugin.tests.echo.EchoHost.LogRecord;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Listens to what a plugin under our manager logs: {@code System.Logger}, here java.util.logging.
 */
final class PluginLogTap extends Handler {

  private static final Pattern FIELD =
      Pattern.compile(" ([a-z_]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^ \"=]+))");

  // Held here: java.util.logging forgets a logger and its handlers when nobody does.
  private final Logger logger;
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  private PluginLogTap(Logger logger) {
    this.logger = logger;
  }

  /** Listens from now on. */
  static PluginLogTap open(String plugin) {
    var tap = new PluginLogTap(Logger.getLogger("dev.cvt.pluginmgr.plugin." + plugin));
    tap.setLevel(Level.ALL);
    tap.logger.setLevel(Level.ALL);
    tap.logger.addHandler(tap);
    return tap;
  }

  List<LogRecord> records() {
    return List.copyOf(records);
  }

  @Override
  public void publish(java.util.logging.LogRecord record) {
    var text = record.getMessage();
    if (text == null || !text.startsWith("echo: ")) {
      return; // not by the plugin's own logger
    }
    var fields = new HashMap<String, String>();
    var field = FIELD.matcher(text);
    int end = text.length();
    while (field.find()) {
      end = Math.min(end, field.start());
      var quoted = field.group(2);
      fields.put(
          field.group(1), quoted == null ? field.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    records.add(
        new LogRecord(level(record.getLevel()), text.substring("echo: ".length(), end), fields));
  }

  private static String level(Level level) {
    return switch (level.getName()) {
      case "SEVERE" -> "error";
      case "WARNING" -> "warn";
      case "INFO" -> "info";
      default -> "debug";
    };
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
