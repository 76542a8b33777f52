package dev.cvt.pluginmgr.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What sort of value a key takes: how it is read and printed.
 *
 * @param <T> of its values
 */
record Kind<T extends Comparable<? super T>>(
    Class<T> type, String name, Function<String, Parsed<T>> parser, Function<T, String> printer) {
  static final Kind<Duration> DURATION =
      new Kind<>(Duration.class, "duration", GoDuration::parse, GoDuration::print);

  static final Kind<Long> SIZE = new Kind<>(Long.class, "size", ByteSize::parse, ByteSize::print);

  static final Kind<Integer> NUMBER =
      new Kind<>(Integer.class, "number", Kind::number, i -> Integer.toString(i));

  static final Kind<Boolean> FLAG =
      new Kind<>(Boolean.class, "flag", Kind::flag, b -> Boolean.toString(b));

  /** One of a few words. */
  static <E extends Enum<E>> Kind<E> choice(Class<E> type, Function<E, String> text) {
    return new Kind<>(type, "choice", typed -> choose(type, text, typed), text);
  }

  Parsed<T> parse(String text) {
    return parser.apply(text);
  }

  String print(T value) {
    return printer.apply(value);
  }

  private static Parsed<Integer> number(String text) {
    if (!text.matches("0|[1-9][0-9]*")) {
      return Parsed.bad(
          Shown.quoted(text) + " is not a whole number", "write decimal digits, as in 5");
    }
    try {
      return Parsed.good(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return Parsed.bad(
          Shown.quoted(text) + " is larger than this number can be", "use a smaller one");
    }
  }

  private static Parsed<Boolean> flag(String text) {
    return switch (text) {
      case "true" -> Parsed.good(true);
      case "false" -> Parsed.good(false);
      default ->
          Parsed.bad(Shown.quoted(text) + " is neither true nor false", "write true or false");
    };
  }

  private static <E extends Enum<E>> Parsed<E> choose(
      Class<E> type, Function<E, String> text, String typed) {
    var constants = Arrays.asList(type.getEnumConstants());
    Optional<E> chosen = constants.stream().filter(e -> text.apply(e).equals(typed)).findFirst();
    if (chosen.isPresent()) {
      return Parsed.good(chosen.get());
    }
    var words = constants.stream().map(text).toList();
    var list = words.stream().collect(Collectors.joining(" or "));
    return Parsed.bad(
        "%s is not %s".formatted(Shown.quoted(typed), list),
        Nearest.advice(typed, words, "write " + list));
  }
}
