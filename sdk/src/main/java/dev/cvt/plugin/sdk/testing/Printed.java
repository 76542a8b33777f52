package dev.cvt.plugin.sdk.testing;

/**
 * One line that the plugin printed.
 *
 * @param stream where to
 * @param text the line, without its end
 */
public record Printed(Stream stream, String text) {

  /** The two streams. */
  public enum Stream {
    /** {@code System.out}. */
    STDOUT,
    /** {@code System.err}. */
    STDERR
  }
}
