package dev.cvt.plugin.bench;

/**
 * What is wanted of a row.
 *
 * @param better which way is better
 * @param relative whether {@code bound} is about the ratio of ours to the peer's, or about ours
 * @param bound to be reached; not a number if nothing is wanted
 */
public record Goal(Better better, boolean relative, double bound) {

  /** Which way is better. */
  public enum Better {
    /** Such as calls for each second. */
    MORE,
    /** Such as time. */
    LESS
  }

  /** At least so many times the peer's. */
  public static Goal atLeastTimes(double ratio) {
    return new Goal(Better.MORE, true, ratio);
  }

  /** At most so many times the peer's. */
  public static Goal atMostTimes(double ratio) {
    return new Goal(Better.LESS, true, ratio);
  }

  /** At most this, in the row's unit. */
  public static Goal atMost(double value) {
    return new Goal(Better.LESS, false, value);
  }

  /** No goal: only to be known. */
  public static Goal none(Better better) {
    return new Goal(better, false, Double.NaN);
  }

  /** Whether there is one. */
  public boolean isSet() {
    return !Double.isNaN(bound);
  }

  /** Whether a value reaches it. */
  public boolean isMetBy(double value) {
    return better == Better.MORE ? value >= bound : value <= bound;
  }

  /** As the table has it. */
  public String text(String unit) {
    if (!isSet()) {
      return "";
    }
    String sign = better == Better.MORE ? "≥ " : "≤ ";
    return sign + Figures.shown(bound) + (relative ? "x" : " " + unit);
  }
}
