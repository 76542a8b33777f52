package dev.cvt.plugins;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * The command's log: lines on standard error, warnings and worse unless more is asked for. One for
 * the process, as {@link System.LoggerFinder} is.
 */
public final class CommandLogs extends System.LoggerFinder {
  private static final String OURS = "dev.cvt.";
  private static final String PLUGINS = "dev.cvt.pluginmgr.plugin.";

  private static volatile System.Logger.Level ours = System.Logger.Level.WARNING;
  private static volatile System.Logger.Level plugins = System.Logger.Level.WARNING;

  /** Made by the JVM. */
  public CommandLogs() {}

  static void verbose(boolean on) {
    ours = on ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
    plugins = on ? System.Logger.Level.TRACE : System.Logger.Level.WARNING;
  }

  /** Shows what plugins say at this level and above, unless more is shown already. */
  static void showPlugins(System.Logger.Level level) {
    if (level.getSeverity() < plugins.getSeverity()) {
      plugins = level;
    }
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Lines(name);
  }

  private record Lines(String name) implements System.Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      Level least = name.startsWith(PLUGINS) ? plugins : name.startsWith(OURS) ? ours : Level.ERROR;
      return level != Level.OFF && level.getSeverity() >= least.getSeverity();
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (!isLoggable(level)) {
        return;
      }
      StringWriter line = new StringWriter();
      line.append(now())
          .append(' ')
          .append(level.getName())
          .append(' ')
          .append(name.startsWith(PLUGINS) ? name.substring(PLUGINS.length()) : name)
          .append(": ")
          .append(String.valueOf(message));
      if (thrown != null) {
        line.append(System.lineSeparator());
        thrown.printStackTrace(new PrintWriter(line));
      }
      PrintStream err = System.err;
      err.println(line.toString().stripTrailing());
    }

    /** To the millisecond, with the zeros that the time's own text leaves out. */
    private static String now() {
      return LocalTime.now(ZoneId.systemDefault())
          .truncatedTo(ChronoUnit.MILLIS)
          .plusNanos(1)
          .toString()
          .substring(0, "00:00:00.000".length());
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... params) {
      if (isLoggable(level)) {
        log(
            level,
            bundle,
            params == null || params.length == 0
                ? format
                : MessageFormat.format(String.valueOf(format), params),
            (Throwable) null);
      }
    }
  }
}
