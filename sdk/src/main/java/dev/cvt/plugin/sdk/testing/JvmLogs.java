package dev.cvt.plugin.sdk.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is logged in this JVM while a plugin runs in it, as it would arrive from a process: each
 * parameter that is a {@link Map.Entry} is a field, something thrown becomes {@code error} and
 * {@code stacktrace}. Thread-safe.
 */
final class JvmLogs extends Handler {

  private final Recorder recorder;
  private final Logger root = LogManager.getLogManager().getLogger("");
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
    JvmLevels.raise();
    root.addHandler(this);
  }

  @Override
  public void publish(LogRecord logged) {
    Map<String, String> fields = new LinkedHashMap<>();
    Throwable thrown = logged.getThrown();
    if (logged.getParameters() != null) {
      for (Object parameter : logged.getParameters()) {
        if (parameter instanceof Map.Entry<?, ?> field) {
          fields.put(String.valueOf(field.getKey()), String.valueOf(field.getValue()));
        } else if (parameter instanceof Throwable hidden && thrown == null) {
          thrown = hidden;
        }
      }
    }
    addThrown(fields, thrown);
    recorder.log(
        new LogLine(
            level(logged.getLevel()),
            String.valueOf(logged.getLoggerName()),
            messages.formatMessage(logged),
            fields));
  }

  private static void addThrown(Map<String, String> fields, @Nullable Throwable thrown) {
    if (thrown != null) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace, true));
      fields.put("error", thrown.toString());
      fields.put("stacktrace", trace.toString());
    }
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
    JvmLevels.lower();
  }
}
