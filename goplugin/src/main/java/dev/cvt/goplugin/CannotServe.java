package dev.cvt.goplugin;

import org.jspecify.annotations.Nullable;

/** A plugin cannot begin to serve; nothing of it is left running. */
public final class CannotServe extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String fact;
  private final String remedy;

  /**
   * Says what is wrong and what helps.
   *
   * @param fact what is wrong, in words
   * @param remedy what to do about it
   */
  public CannotServe(String fact, String remedy) {
    this(fact, remedy, null);
  }

  /**
   * Says what is wrong and what helps.
   *
   * @param fact what is wrong, in words
   * @param remedy what to do about it
   * @param cause what was reported by the system, if anything
   */
  public CannotServe(String fact, String remedy, @Nullable Throwable cause) {
    super(fact + "; " + remedy, cause);
    this.fact = fact;
    this.remedy = remedy;
  }

  /** What is wrong, in words. */
  public String fact() {
    return fact;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
