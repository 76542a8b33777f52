package dev.cvt.plugins.doctor;

import java.util.function.UnaryOperator;

/** Marks words for a person. Colours only mark, they never carry meaning alone. */
public record Paint(
    UnaryOperator<String> bold,
    UnaryOperator<String> dim,
    UnaryOperator<String> good,
    UnaryOperator<String> bad) {

  /** Leaves every word as it is. */
  public static Paint none() {
    return new Paint(
        UnaryOperator.identity(),
        UnaryOperator.identity(),
        UnaryOperator.identity(),
        UnaryOperator.identity());
  }
}
