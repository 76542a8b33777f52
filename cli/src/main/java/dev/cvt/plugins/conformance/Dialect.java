package dev.cvt.plugins.conformance;

import java.util.List;

/**
 * What the plugin's hosts agree on with it before they talk.
 *
 * @param cookieKey the variable of the magic cookie
 * @param cookieValue its value
 * @param versions of the application's protocol, at least one
 * @param cvt whether it is a plugin of CVT's, which has more to answer for
 */
public record Dialect(String cookieKey, String cookieValue, List<Integer> versions, boolean cvt) {
  /** CVT's own. */
  public static final Dialect CVT =
      new Dialect("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1", List.of(1), true);

  /** Copies. */
  public Dialect {
    versions = List.copyOf(versions);
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("at least one protocol version is needed");
    }
  }

  /** What another application's hosts offer. */
  public static Dialect other(String cookieKey, String cookieValue, List<Integer> versions) {
    return new Dialect(cookieKey, cookieValue, versions, false);
  }
}
