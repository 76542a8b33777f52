package dev.cvt.plugin.bench;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The same quantity, measured several times. Not empty. */
public final class Samples {
  /** How often a ratio is drawn anew to see how far it can be trusted. */
  private static final int DRAWS = 2000;

  private final double[] values;
  private final double[] sorted;

  private Samples(double[] values) {
    this.values = values;
    this.sorted = values.clone();
    Arrays.sort(sorted);
  }

  /** These values, in the order in which they were measured. */
  public static Samples of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The only value. */
  public static Samples of(double value) {
    return new Samples(new double[] {value});
  }

  /** How many. */
  public int count() {
    return values.length;
  }

  /** The middle one. */
  public double median() {
    return median(sorted);
  }

  /** The smallest. */
  public double min() {
    return sorted[0];
  }

  /** The largest. */
  public double max() {
    return sorted[sorted.length - 1];
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * How many times the other's median this one's is, with the bounds between which it lies in 95 of
   * 100 cases when both sets of samples are drawn anew from themselves. With few samples the bounds
   * are those of the samples, no more.
   */
  public Ratio over(Samples other) {
    var random = new SplittableRandom(1); // the same figures give the same bounds
    var drawn = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      drawn[i] = median(redrawn(random)) / median(other.redrawn(random));
    }
    Arrays.sort(drawn);
    return new Ratio(median() / other.median(), drawn[DRAWS / 40], drawn[DRAWS - 1 - DRAWS / 40]);
  }

  private double[] redrawn(SplittableRandom random) {
    var again = new double[values.length];
    for (int i = 0; i < again.length; i++) {
      again[i] = values[random.nextInt(values.length)];
    }
    Arrays.sort(again);
    return again;
  }

  /**
   * A ratio of medians.
   *
   * @param low the lower bound of what it may be
   * @param high the upper bound
   */
  public record Ratio(double value, double low, double high) {}
}
