package dev.cvt.plugins;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A command line that needs no parser: the name of a subcommand and plain words, as in {@code list}
 * or {@code call fetch_schema {}}. The parser learns what it parses from annotations, which takes
 * 35 ms of the 95 that {@code list} took; anything else, and whatever is wrong, is still its.
 */
record PlainLine(Main main, Subcommand subcommand) {

  /** The plain line of these words; empty if they are for the parser. */
  static Optional<PlainLine> of(Main main, String... args) {
    if (args.length == 0 || !Arrays.stream(args).allMatch(PlainLine::isPlain)) {
      return Optional.empty();
    }
    List<String> words = List.of(args).subList(1, args.length);
    return Main.subcommand(args[0])
        .filter(subcommand -> subcommand.takes(words))
        .map(subcommand -> new PlainLine(main, subcommand.of(main)));
  }

  /** No option. A dash alone is a word. */
  private static boolean isPlain(String word) {
    return word.equals("-") || !word.startsWith("-");
  }

  /** Runs it, and returns its exit code. */
  int execute() {
    try {
      return subcommand.call();
    } catch (Exception e) {
      return new Failures(main.context()).tell(e);
    }
  }
}
