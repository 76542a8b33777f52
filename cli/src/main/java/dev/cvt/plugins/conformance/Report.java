package dev.cvt.plugins.conformance;

import dev.cvt.plugins.conformance.Outcome.Result;
import java.time.Duration;
import java.util.List;

/**
 * What a whole run has found.
 *
 * @param outcomes one for each rule that was asked for, in the order of the rules
 * @param took how long it took
 */
public record Report(List<Outcome> outcomes, Duration took) {
  /** Copies. */
  public Report {
    outcomes = List.copyOf(outcomes);
  }

  /** Whether no rule was failed; warnings do not count. */
  public boolean conforms() {
    return count(Result.FAILED) == 0;
  }

  /** How many rules came to this. */
  public long count(Result result) {
    return outcomes.stream().filter(o -> o.result() == result).count();
  }
}
