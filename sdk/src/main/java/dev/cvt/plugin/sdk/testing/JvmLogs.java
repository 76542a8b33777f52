package dev.cvt.plugin.sdk.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What is logged in this JVM while a plugin runs in it. As in a process of its own, each parameter
 * that is a {@link Map.Entry} is a field. Thread-safe.
 */
final class JvmLogs extends Handler {

  private final Recorder recorder;
  private final Logger root = LogManager.getLogManager().getLogger("");
  private final Level before = root.getLevel();
  private final Formatter messages =
      new Formatter() {
        @Override
        public String format(LogRecord logged) {
          return formatMessage(logged);
        }
      };

  JvmLogs(Recorder recorder) {
    this.recorder = recorder;
    setLevel(Level.ALL);
    root.addHandler(this);
    root.setLevel(Level.ALL);
  }

  @Override
  public void publish(LogRecord logged) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (logged.getParameters() != null) {
      for (Object parameter : logged.getParameters()) {
        if (parameter instanceof Map.Entry<?, ?> field) {
          fields.put(String.valueOf(field.getKey()), String.valueOf(field.getValue()));
        }
      }
    }
    if (logged.getThrown() != null) {
      fields.put("error", logged.getThrown().toString());
    }
    recorder.log(
        new LogLine(
            level(logged.getLevel()),
            String.valueOf(logged.getLoggerName()),
            messages.formatMessage(logged),
            fields));
  }

  private static System.Logger.Level level(Level level) {
    for (System.Logger.Level known : System.Logger.Level.values()) {
      if (known != System.Logger.Level.ALL && known.getSeverity() >= level.intValue()) {
        return known;
      }
    }
    return System.Logger.Level.ERROR;
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    root.removeHandler(this);
    root.setLevel(before);
  }
}
