package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Reads any bytes as a state file, and says what must hold of every outcome. An entry point of
 * coverage-guided fuzzing ({@code .ci/fuzz}), and of the replay of what it found.
 */
public final class StateFuzz {

  private StateFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      holds(StateDocument.parse(input));
    } catch (StateDocument.Unreadable e) {
      holds(e);
    }
  }

  private static void holds(StateDocument document) {
    var written = document.toJson();
    try {
      var again = StateDocument.parse(written);
      require(again.snapshot().equals(document.snapshot()), "what is written is what was read");
      require(Arrays.equals(again.toJson(), written), "writing it again changes nothing");
      require(again.others().size() == document.others().size(), "nothing unknown is lost");
    } catch (StateDocument.Unreadable e) {
      throw new AssertionError("what is written can be read: " + new String(written, UTF_8), e);
    }
    require(written[written.length - 1] == '\n', "a line is ended");
    document
        .plugins()
        .values()
        .forEach(plugin -> require(plugin.entry().shortSha256().length() <= 12, "short is short"));
  }

  private static void holds(StateDocument.Unreadable e) {
    var message = e.place() + " " + e.getMessage() + "; " + e.remedy();
    require(!e.remedy().isEmpty(), "there is a remedy");
    require(message.length() < 2_000, "a message is bounded");
    require(message.chars().noneMatch(Character::isISOControl), "no message drives a terminal");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
