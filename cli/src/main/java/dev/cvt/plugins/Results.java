package dev.cvt.plugins;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could not be written to, which a {@link PrintStream} does
 * not: a list that fell victim to a full disk must not end as done.
 */
final class Results extends OutputStream {
  /** What the system says where the reader has gone, as {@code head} does, which is no failure. */
  private static final String NO_READER = "Broken pipe";

  private final OutputStream out;
  private @Nullable IOException failure;

  Results(OutputStream out) {
    this.out = out;
  }

  /** Becomes the standard output of this process. */
  static Results ofProcess() {
    Results results = new Results(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(new BufferedOutputStream(results), false, System.out.charset()));
    return results;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  /**
   * The exit code of a command whose results these are.
   *
   * @param code what it came to otherwise
   * @param err is told what has gone wrong with them
   */
  synchronized int exitCode(int code, PrintStream err) {
    if (failure == null || String.valueOf(failure.getMessage()).contains(NO_READER)) {
      return code;
    }
    err.println(
        "cvt-plugins: the result could not be written to standard output: "
            + failure.getMessage()
            + "; make room there, or write it elsewhere");
    return code == ExitCode.OK ? ExitCode.FAILED : code;
  }
}
