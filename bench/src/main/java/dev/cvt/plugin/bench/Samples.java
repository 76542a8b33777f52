package dev.cvt.plugin.bench;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;

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
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The smallest. */
  public double min() {
    return sorted[0];
  }

  /** The largest. */
  public double max() {
    return sorted[sorted.length - 1];
  }

  /**
   * What the other's are less than these, pair by pair.
   *
   * @param other with as many values, each measured beside the one here in the same place
   */
  public Samples minus(Samples other) {
    return new Samples(pairs(other, (mine, its) -> mine - its));
  }

  /**
   * How many times the other's these are: the median of the pairs, since the machine itself changes
   * from one minute to the next. The bounds are those between which it lies in 95 of 100 cases when
   * the pairs are drawn anew from themselves; with few pairs they are those of the pairs, no more.
   *
   * @param other with as many values, each measured beside the one here in the same place
   */
  public Ratio over(Samples other) {
    var ratios = pairs(other, (mine, its) -> mine / its);
    var random = new SplittableRandom(1); // the same figures give the same bounds
    var drawn = new double[DRAWS];
    Arrays.setAll(drawn, _ -> new Samples(redrawn(ratios, random)).median());
    Arrays.sort(drawn);
    return new Ratio(
        new Samples(ratios).median(), drawn[DRAWS / 40], drawn[DRAWS - 1 - DRAWS / 40]);
  }

  private double[] pairs(Samples other, DoubleBinaryOperator of) {
    if (values.length != other.values.length) {
      throw new IllegalArgumentException(values.length + " and " + other.values.length);
    }
    var pairs = new double[values.length];
    Arrays.setAll(pairs, i -> of.applyAsDouble(values[i], other.values[i]));
    return pairs;
  }

  private static double[] redrawn(double[] values, SplittableRandom random) {
    var again = new double[values.length];
    Arrays.setAll(again, _ -> values[random.nextInt(values.length)]);
    return again;
  }

  /**
   * A median of ratios.
   *
   * @param low the lower bound of what it may be
   * @param high the upper bound
   */
  public record Ratio(double value, double low, double high) {}
}
