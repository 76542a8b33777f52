package dev.cvt.plugins;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What a subcommand writes to: results to standard output, everything else to standard error.
 * Colours only mark, they never carry meaning alone. Not thread-safe, but for {@link #progress}.
 */
final class Terminal {
  private static final String RESET = "\u001b[0m";

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean colours;
  private final boolean interactive;
  private final LongSupplier nanos;

  /**
   * A terminal.
   *
   * @param colours whether escape sequences may be written at all
   * @param interactive whether standard error is read by a person as it grows
   */
  Terminal(PrintWriter out, PrintWriter err, boolean colours, boolean interactive) {
    this(out, err, colours, interactive, System::nanoTime);
  }

  /** For tests: one that takes the time from there. */
  Terminal(
      PrintWriter out, PrintWriter err, boolean colours, boolean interactive, LongSupplier nanos) {
    this.nanos = nanos;
    this.out = out;
    this.err = err;
    this.colours = colours;
    this.interactive = interactive;
  }

  /** A line of the result. */
  void print(String line) {
    out.println(line);
    out.flush();
  }

  /** A result that brings its own line ends. */
  void printRaw(String text) {
    out.print(text);
    out.flush();
  }

  /** A line for a person. */
  void tell(String line) {
    err.println(line);
    err.flush();
  }

  String bold(String text) {
    return marked("\u001b[1m", text);
  }

  String dim(String text) {
    return marked("\u001b[2m", text);
  }

  String green(String text) {
    return marked("\u001b[32m", text);
  }

  String red(String text) {
    return marked("\u001b[31m", text);
  }

  private String marked(String sequence, String text) {
    return colours ? sequence + text + RESET : text;
  }

  /** Shows how far a long step is; nothing is shown of one that takes under a second. */
  Progress progress(String what) {
    return new Progress(what);
  }

  /**
   * One long step. Rewrites one line where a person watches, else says once that it takes a while.
   */
  final class Progress {
    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final long EVERY_NANOS = 200_000_000L;
    private static final double MIB = 1024 * 1024;

    private final String what;
    private final long begun = nanos.getAsLong();
    private long shown = begun;
    private boolean said;

    private Progress(String what) {
      this.what = what;
    }

    /** So many bytes of so many; a total of -1 is unknown. */
    synchronized void at(String step, long done, long total) {
      // Told for each 128 KB of a file. The first time that it was formatted took a cold JVM 6 ms.
      if (isDue()) {
        show(interactive ? step + " " + far(done, total) : step);
      }
    }

    /** At a step that is not measured in bytes. */
    synchronized void at(String step) {
      if (isDue()) {
        show(step);
      }
    }

    private boolean isDue() {
      long now = nanos.getAsLong();
      if (now - begun < QUIET_NANOS || now - shown < EVERY_NANOS || (said && !interactive)) {
        return false;
      }
      shown = now;
      said = true;
      return true;
    }

    private void show(String step) {
      err.print(interactive ? "\r\u001b[K" + what + ": " + step : what + ": " + step + " …\n");
      err.flush();
    }

    private static String far(long done, long total) {
      return total > 0
          ? String.format(Locale.ROOT, "%d%% of %.1f MiB", done * 100 / total, total / MIB)
          : String.format(Locale.ROOT, "%.1f MiB", done / MIB);
    }

    /** Takes the line away again. */
    synchronized void done() {
      if (said && interactive) {
        err.print("\r\u001b[K");
        err.flush();
      }
    }
  }
}
