package dev.cvt.plugins.doctor;

import java.util.function.UnaryOperator;

/** Something that is wrong, or worth a word. */
public sealed interface Finding {

  /** The one word for it, in capitals. */
  String diagnosis();

  /** What it is, in words that follow the plugin's name. */
  String fact();

  /** What to do about it. */
  String remedy();

  /** The same with its texts through the mask. */
  Finding masked(UnaryOperator<String> mask);

  /**
   * The plugin cannot be used like this.
   *
   * @param phase in which it showed
   * @param process how its process ended, if it ended by itself; else empty
   * @param stderr the last of its standard error; empty if there was none
   */
  record Failure(
      String phase, String diagnosis, String fact, String remedy, String process, String stderr)
      implements Finding {
    /** Of a process that lives, or never did. */
    static Failure of(String phase, String diagnosis, String fact, String remedy) {
      return new Failure(phase, diagnosis, fact, remedy, "", "");
    }

    @Override
    public Failure masked(UnaryOperator<String> mask) {
      return new Failure(
          phase, diagnosis, mask.apply(fact), mask.apply(remedy), process, mask.apply(stderr));
    }
  }

  /** It can be used; somebody should know all the same. */
  record Note(String diagnosis, String fact, String remedy) implements Finding {
    @Override
    public Note masked(UnaryOperator<String> mask) {
      return new Note(diagnosis, mask.apply(fact), mask.apply(remedy));
    }
  }
}
