package dev.cvt.goplugin.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends every log record of the process to the host, one JSON line each on the real standard error.
 *
 * <p>It stands behind {@code java.util.logging}, where gRPC and Netty log and where {@link
 * System.Logger} ends as well unless a plugin brings a {@link System.LoggerFinder} of its own. A
 * finder here would have to be found by {@link java.util.ServiceLoader}, and would then take over
 * the logs of every host and test that has this module in its graph; a handler is put up by the one
 * process that serves, when it serves.
 *
 * <p>A parameter of a record that is a {@link Map.Entry} becomes a field of the line, and one that
 * is a {@link Throwable} its error and stack trace. Thread-safe.
 */
final class HclogHandler extends Handler {

  /** Loggers that talk to their own developers below this level, hundreds of records per call. */
  private static final List<String> CHATTY =
      List.of("io.grpc", "io.netty", "io.perfmark", "java", "javax", "jdk", "sun", "com.sun");

  /** Held here, since java.util.logging itself would let them be collected with their levels. */
  private final List<Logger> quietened = new ArrayList<>();

  private final OutputStream stderr;
  private final Formatter messages = new Messages();
  private final ReentrantLock writing = new ReentrantLock();

  HclogHandler(OutputStream stderr) {
    this.stderr = stderr;
    setLevel(Level.ALL);
  }

  /**
   * Takes the place of the root logger's handlers and lets every level through, since it is the
   * host that knows what it wants to see. A logging configuration of the plugin's own ({@code
   * java.util.logging.config.file} or {@code .class}) keeps its levels.
   */
  void install() {
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler other : root.getHandlers()) {
      root.removeHandler(other);
    }
    root.addHandler(this);
    if (System.getProperty("java.util.logging.config.file") == null
        && System.getProperty("java.util.logging.config.class") == null) {
      root.setLevel(Level.ALL);
      for (String name : CHATTY) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(Level.INFO);
        quietened.add(logger);
      }
    }
  }

  @Override
  public void publish(LogRecord logged) {
    if (!isLoggable(logged)) {
      return;
    }
    byte[] line =
        HclogLine.format(
            level(logged.getLevel()),
            logged.getInstant(),
            logged.getLoggerName() == null ? "" : logged.getLoggerName(),
            messages.formatMessage(logged),
            fields(logged.getParameters()),
            thrown(logged));
    writing.lock();
    try {
      stderr.write(line); // one write: lines of several threads and processes do not mix
    } catch (IOException e) {
      // The host is gone, and with it the only reader; that the process ends is not for a logger.
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    // Standard error belongs to the process.
  }

  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warn";
    }
    if (value >= Level.INFO.intValue()) {
      return "info";
    }
    return value >= Level.FINE.intValue() ? "debug" : "trace";
  }

  private static List<Map.Entry<?, ?>> fields(Object @Nullable [] parameters) {
    if (parameters == null) {
      return List.of();
    }
    List<Map.Entry<?, ?>> fields = new ArrayList<>();
    for (Object parameter : parameters) {
      if (parameter instanceof Map.Entry<?, ?> field) {
        fields.add(field);
      }
    }
    return fields;
  }

  /**
   * {@link System.Logger} takes fields or something thrown, not both: so one may hide as the other.
   */
  private static @Nullable Throwable thrown(LogRecord logged) {
    Throwable thrown = logged.getThrown();
    if (thrown == null && logged.getParameters() != null) {
      for (Object parameter : logged.getParameters()) {
        thrown = parameter instanceof Throwable hidden ? hidden : thrown;
      }
    }
    return thrown;
  }

  /** Only for the way in which java.util.logging puts parameters and translations into a text. */
  private static final class Messages extends Formatter {
    @Override
    public String format(LogRecord logged) {
      return formatMessage(logged);
    }
  }
}
