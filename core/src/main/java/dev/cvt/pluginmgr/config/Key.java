package dev.cvt.pluginmgr.config;

import java.util.Optional;

/**
 * A setting of one plugin or of all: everything that the binder, the builder and the manual need to
 * know of it.
 *
 * @param <T> of its values
 */
public final class Key<T extends Comparable<? super T>> {
  private final String path;
  private final Kind<T> kind;
  private final T fallback;
  private final Optional<Range<T>> range;
  private final String meaning;

  private record Range<T>(T least, T most, Optional<T> besides) {}

  private Key(String path, Kind<T> kind, T fallback, Optional<Range<T>> range, String meaning) {
    this.path = path;
    this.kind = kind;
    this.fallback = fallback;
    this.range = range;
    this.meaning = meaning;
  }

  /** A key of any value of its kind. */
  static <T extends Comparable<? super T>> Key<T> any(
      String path, Kind<T> kind, T fallback, String meaning) {
    return new Key<>(path, kind, fallback, Optional.empty(), meaning);
  }

  /** A key of values from {@code least} to {@code most}, both included. */
  static <T extends Comparable<? super T>> Key<T> between(
      String path, Kind<T> kind, T fallback, T least, T most, String meaning) {
    return new Key<>(
        path, kind, fallback, Optional.of(new Range<>(least, most, Optional.empty())), meaning);
  }

  /** The same, and {@code off} besides. */
  static <T extends Comparable<? super T>> Key<T> betweenOr(
      T off, String path, Kind<T> kind, T fallback, T least, T most, String meaning) {
    return new Key<>(
        path, kind, fallback, Optional.of(new Range<>(least, most, Optional.of(off))), meaning);
  }

  /** Its path under a plugin: {@code restart.limit}. */
  String path() {
    return path;
  }

  Kind<T> kind() {
    return kind;
  }

  /** Its value where nothing is said. */
  public T fallback() {
    return fallback;
  }

  /** What it does, for the manual. */
  String meaning() {
    return meaning;
  }

  /** {@code 10ms to 10m0s}, {@code 0 or 100ms to 1h0m0s}, or nothing. */
  String rangeText() {
    return range
        .map(
            r ->
                r.besides().map(off -> kind.print(off) + ", or ").orElse("")
                    + kind.print(r.least())
                    + " to "
                    + kind.print(r.most()))
        .orElse("");
  }

  /** Why a value of the right kind cannot be taken, if it cannot. */
  Optional<Wrong> objection(T value) {
    return range
        .filter(r -> !within(r, value))
        .map(r -> new Wrong(print(value) + " is out of range", "use " + rangeText()));
  }

  /** A duration that a program gives can be longer than what can be printed in Go's way. */
  String print(T value) {
    try {
      return kind.print(value);
    } catch (ArithmeticException e) {
      return value.toString();
    }
  }

  private static <T extends Comparable<? super T>> boolean within(Range<T> range, T value) {
    return range.besides().filter(off -> off.compareTo(value) == 0).isPresent()
        || (range.least().compareTo(value) <= 0 && value.compareTo(range.most()) <= 0);
  }

  @Override
  public String toString() {
    return path;
  }
}
