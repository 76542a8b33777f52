package dev.cvt.plugins.conformance;

/** Ends a check in the middle: the plugin did not do what the check goes on from. */
final class Breach extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A breach.
   *
   * @param seen what the plugin did, or did not do, as a sentence without a full stop
   */
  Breach(String seen) {
    super(seen, null, false, false);
  }

  /** What the plugin did. */
  String seen() {
    return String.valueOf(getMessage());
  }
}
