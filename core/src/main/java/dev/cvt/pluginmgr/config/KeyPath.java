package dev.cvt.pluginmgr.config;

import java.util.regex.Pattern;

/**
 * The way from the top of a file to a key, as messages print it: {@code plugins.registry.timeout},
 * {@code plugins.registry.config."a.b"}, {@code audit.sinks[0].use}.
 *
 * @param text as printed; empty for the top
 */
record KeyPath(String text) {
  /** The top of a file. */
  static final KeyPath TOP = new KeyPath("");

  private static final Pattern SIMPLE = Pattern.compile("[\\p{L}\\p{N}_-]{1,64}");

  /** The path of a key under this one. */
  KeyPath then(String key) {
    var shown = SIMPLE.matcher(key).matches() ? key : Shown.quoted(key);
    return new KeyPath(text.isEmpty() ? shown : text + "." + shown);
  }

  /** The path of an item of the list at this one. */
  KeyPath item(int index) {
    return new KeyPath(text + "[" + index + "]");
  }

  @Override
  public String toString() {
    return text;
  }
}
