package dev.cvt.plugins.conformance;

import java.time.Duration;

/**
 * What became of one rule.
 *
 * @param seen what was seen, or why the rule does not apply; may be empty where it passed
 * @param took how long looking took
 */
public record Outcome(Rule rule, Result result, String seen, Duration took) {

  /** The four ways. */
  public enum Result {
    /** Kept. */
    PASSED("passed"),
    /** Broken, and it must not be. */
    FAILED("failed"),
    /** Broken, and it should not be. */
    WARNED("warned"),
    /** It has nothing to say about this plugin. */
    NOT_APPLICABLE("not applicable");

    private final String word;

    Result(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  static Outcome of(Rule rule, Verdict verdict, Duration took) {
    var result =
        switch (verdict) {
          case Verdict.Kept _ -> Result.PASSED;
          case Verdict.Broken _ -> rule.level() == Rule.Level.MUST ? Result.FAILED : Result.WARNED;
          case Verdict.NotApplicable _ -> Result.NOT_APPLICABLE;
        };
    return new Outcome(rule, result, verdict.seen(), took);
  }
}
