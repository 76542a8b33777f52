package dev.cvt.pluginmgr.sinks.zapjson;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

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
    FileOutputStream stderr = new FileOutputStream(FileDescriptor.err);
    return new Target() {
      @Override
      public void write(byte[] bytes, int length) throws IOException {
        try {
          stderr.write(bytes, 0, length);
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
