package dev.cvt.goplugin;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a host and a plugin must agree on before they talk: the magic cookie, and the versions of
 * their own protocol that this side speaks.
 *
 * <p>The cookie is not a secret. It only makes a plugin that a person starts by hand say what it is
 * and exit. Versions are those of the application's protocol (field {@code APP} of the handshake
 * line, variable {@code PLUGIN_PROTOCOL_VERSIONS}), not go-plugin's own, which is always 1.
 *
 * @param cookieKey the name of the environment variable; not blank, without {@code =} and NUL
 * @param cookieValue its value; not empty, without NUL
 * @param versions at least one, none negative; kept without duplicates in rising order
 */
public record Handshake(String cookieKey, String cookieValue, List<Integer> versions) {

  /**
   * Checks and normalises.
   *
   * @throws IllegalArgumentException if a part breaks the rules above
   */
  public Handshake {
    if (cookieKey.isBlank() || cookieKey.indexOf('=') >= 0 || cookieKey.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "cookie key \"" + cookieKey + "\" cannot name an environment variable");
    }
    if (cookieValue.isEmpty() || cookieValue.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the value of cookie " + cookieKey + " must be text that a variable can hold");
    }
    versions = versions.stream().distinct().sorted().toList();
    if (versions.isEmpty() || versions.getFirst() < 0) {
      throw new IllegalArgumentException(
          "protocol versions must be one or more numbers from 0 up, not " + versions);
    }
  }

  /** The same from plain numbers. */
  public static Handshake of(String cookieKey, String cookieValue, int... versions) {
    return new Handshake(cookieKey, cookieValue, IntStream.of(versions).boxed().toList());
  }
}
