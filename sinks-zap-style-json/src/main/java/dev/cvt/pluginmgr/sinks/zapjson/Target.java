package dev.cvt.pluginmgr.sinks.zapjson;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Where lines go. Used by one thread at a time. */
interface Target extends AutoCloseable {

  /**
   * Hands all bytes to the kernel, in one write where it takes them in one.
   *
   * @throws IOException if not all of them were taken; the message says which target and what to do
   */
  void write(byte[] bytes, int length) throws IOException;

  @Override
  void close() throws IOException;

  /** The process's standard error, which is not ours to close. */
  static Target standardError() {
    return standardError(new FileOutputStream(FileDescriptor.err));
  }

  /** The same, with another in its place for tests. */
  static Target standardError(OutputStream stderr) {
    return new Target() {
      // As a file's: it may well be one.
      private boolean torn;

      @Override
      public void write(byte[] bytes, int length) throws IOException {
        try {
          if (torn) {
            stderr.write('\n');
          }
          torn = true;
          stderr.write(bytes, 0, length);
          torn = false;
        } catch (IOException e) {
          throw new IOException(
              "standard error takes no audit records: "
                  + e.getMessage()
                  + "; give zap-json a path in pluginmgr.yaml",
              e);
        }
      }

      @Override
      public void close() {}
    };
  }
}
