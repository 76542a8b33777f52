package dev.cvt.goplugin.diagnosis;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;

/**
 * Why a start failed, as far as it can be said without the process's own last words.
 *
 * @param phase how far it came
 * @param diagnosis the one cause
 * @param fact what happened, in words; starts in lower case and has no full stop
 * @param remedy what to do about it, alike
 */
public record Finding(Phase phase, Diagnosis diagnosis, String fact, String remedy) {

  /** Carries a finding up to whoever makes the failure of it. */
  public static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Finding finding;

    /** Of a finding alone. */
    public Refusal(Finding finding) {
      super(finding.fact());
      this.finding = finding;
    }

    /** Of a finding and what led to it. */
    public Refusal(Finding finding, Throwable cause) {
      super(finding.fact(), cause);
      this.finding = finding;
    }

    /** What was found. */
    public Finding finding() {
      return finding;
    }
  }
}
