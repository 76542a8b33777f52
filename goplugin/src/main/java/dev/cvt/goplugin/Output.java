package dev.cvt.goplugin;

/**
 * One line that a plugin printed after its handshake and that go-plugin's stdio service carried
 * over, without its line end. The text has gone through the scrubber of the {@link Launch}; bytes
 * that are not UTF-8 have become U+FFFD.
 *
 * @param stream which of the two
 * @param text the line; cut after 64 KiB
 * @param missing how many bytes were cut; 0 for a whole line
 */
public record Output(Stream stream, String text, long missing) {

  /** The plugin's two streams. */
  public enum Stream {
    /** Standard output. */
    STDOUT,
    /** Standard error. */
    STDERR
  }
}
