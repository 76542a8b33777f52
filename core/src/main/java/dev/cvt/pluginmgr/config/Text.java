package dev.cvt.pluginmgr.config;

/**
 * A value for a plugin as somebody wrote it.
 *
 * @param raw as written
 * @param expand whether {@code ${VAR}} in it is to be replaced
 * @param secret whether it is known to be one already
 */
record Text(String raw, boolean expand, boolean secret) {
  /** From a program: nothing in it has a meaning of its own. */
  static Text asIs(String raw, boolean secret) {
    return new Text(raw, false, secret);
  }

  /** From a file. */
  static Text written(String raw) {
    return new Text(raw, true, false);
  }

  /** The same, known to be a secret. */
  Text asSecret() {
    return new Text(raw, expand, true);
  }

  /** Never the text. */
  @Override
  public String toString() {
    return "Text";
  }
}
