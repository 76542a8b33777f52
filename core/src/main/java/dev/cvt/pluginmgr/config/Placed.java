package dev.cvt.pluginmgr.config;

/**
 * A value, and where the user wrote it.
 *
 * @param <T> of the value
 * @param value what was said
 * @param spot where
 */
public record Placed<T>(T value, Spot spot) {
  /** A value that stands in no file: a program gave it. */
  public static <T> Placed<T> nowhere(T value) {
    return new Placed<>(value, Spot.NONE);
  }
}
