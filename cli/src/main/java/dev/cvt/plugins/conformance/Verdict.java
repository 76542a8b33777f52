package dev.cvt.plugins.conformance;

/** What a check has found. */
public sealed interface Verdict {
  /** What was seen, in words; empty where there is nothing to add. */
  String seen();

  /** The rule is kept. */
  record Kept(String seen) implements Verdict {}

  /** The rule is broken. */
  record Broken(String seen) implements Verdict {}

  /** The rule has nothing to say about this plugin. */
  record NotApplicable(String seen) implements Verdict {}

  /** Kept, with nothing to add. */
  static Verdict kept() {
    return new Kept("");
  }

  /** Kept if so, else broken, with what was seen then. */
  static Verdict keptIf(boolean kept, String otherwise) {
    return kept ? kept() : new Broken(otherwise);
  }

  /** Kept if so, else broken, with what was seen in either case. */
  static Verdict of(boolean kept, String seen) {
    return kept ? new Kept(seen) : new Broken(seen);
  }
}
