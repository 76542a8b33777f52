package dev.cvt.plugin.tests.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.util.diff.DiffUtils;

/** The kept texts, one for each kind of session. */
final class Expectation {

  private static final Path KEPT = Path.of("src/test/resources/sessions");
  private static final Path SEEN = Path.of("target/sessions");
  private static final int CONTEXT = 3;

  private Expectation() {}

  /** Holds what was seen against what is kept under that name. */
  static void check(String name, String seen) throws IOException {
    var file = name + ".txt";
    Files.createDirectories(SEEN);
    Files.writeString(SEEN.resolve(file), seen);
    var kept = kept(file);
    if (!kept.equals(seen)) {
      var before = kept.lines().toList();
      var difference =
          DiffUtils.generateUnifiedDiff(
              "kept", "seen", before, DiffUtils.diff(before, seen.lines().toList()), CONTEXT);
      throw new AssertionError(explained(name, difference));
    }
  }

  private static String kept(String file) throws IOException {
    try (var in = Expectation.class.getResourceAsStream("/sessions/" + file)) {
      return in == null ? "" : new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String explained(String name, List<String> difference) {
    return """
    What goes over the wire in the session "%s" is not what is kept.
    If that is meant, accept it: cp tests/%s tests/%s

    %s
    """
        .formatted(
            name,
            SEEN.resolve(name + ".txt"),
            KEPT.resolve(name + ".txt"),
            String.join("\n", difference));
  }
}
