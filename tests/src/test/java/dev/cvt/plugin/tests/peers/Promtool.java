package dev.cvt.plugin.tests.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Prometheus' own judge of metrics. */
public final class Promtool {

  private Promtool() {}

  /**
   * What {@code promtool check metrics} has to say; nothing if all is well. Where there is no
   * promtool, the test is skipped; with the system property {@code peers.required} it fails.
   */
  public static String complaints(String exposition) {
    var run = Program.of(find(), "check", "metrics").given(exposition).run();
    var said = run.out() + run.err();
    return run.exit() == 0 || !said.isEmpty() ? said : run.toString();
  }

  /** What {@code promtool check rules} finds wrong; nothing if all is well. Else as above. */
  public static String complaintsAboutRules(Path file) {
    var run = Program.of(find(), "check", "rules", file.toString()).run();
    return run.exit() == 0 ? "" : run.toString();
  }

  private static Path find() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "promtool"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(Promtool::missing);
  }

  private static Path missing() {
    var why = "there is no 'promtool' on the PATH: install Debian's package prometheus";
    if (Boolean.getBoolean("peers.required")) {
      throw new AssertionError("peers.required is set, and " + why);
    }
    return Assumptions.abort("needs Prometheus' promtool: " + why);
  }
}
