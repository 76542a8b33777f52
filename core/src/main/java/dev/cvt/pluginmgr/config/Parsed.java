package dev.cvt.pluginmgr.config;

/**
 * What became of a text: a value, or why it is none.
 *
 * @param <T> of the value
 */
sealed interface Parsed<T> {
  /**
   * It is one.
   *
   * @param value that the text stands for
   */
  record Good<T>(T value) implements Parsed<T> {}

  /**
   * It is none.
   *
   * @param wrong with it
   */
  record Bad<T>(Wrong wrong) implements Parsed<T> {}

  /** A value. */
  static <T> Parsed<T> good(T value) {
    return new Good<>(value);
  }

  /** None, and why. */
  static <T> Parsed<T> bad(String what, String remedy) {
    return new Bad<>(new Wrong(what, remedy));
  }
}
