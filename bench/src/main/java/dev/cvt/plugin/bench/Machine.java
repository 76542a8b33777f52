package dev.cvt.plugin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What it ran on. */
final class Machine {
  private Machine() {}

  static String describe(Path root, String command) throws IOException, InterruptedException {
    var commit = said(root, "git", "log", "-1", "--format=%h");
    var go = said(root, "go", "env", "GOVERSION");
    return """
    `%s`, %s, commit %s

    %s, %d processors, %s %s; Java %s; %s; load before: %s

    Ours and the peer's are medians, with the smallest and the largest in brackets; the ratio is the
    median of ours to the peer's in each pair of turns, with its 95 %% bounds.
    """
        .formatted(
            command,
            Instant.now().truncatedTo(ChronoUnit.MINUTES),
            commit.orElse("unknown"),
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version(),
            go.orElse("no Go"),
            load());
  }

  /** Of the last 1, 5 and 15 minutes. */
  private static String load() throws IOException {
    var words = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
    return String.join(" ", words[0], words[1], words[2]);
  }

  private static String processor() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 2))
          .orElse(System.getProperty("os.arch"));
    }
  }

  private static Optional<String> said(Path folder, String... command)
      throws IOException, InterruptedException {
    try {
      var said = Child.run(List.of(command), Map.of(), folder, Duration.ofSeconds(20)).text();
      return Optional.of(said.strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
