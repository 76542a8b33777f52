package dev.cvt.plugin.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that was measured.
 *
 * @param text its standard output
 * @param millis from before it was started until it had ended
 */
public record Child(String text, double millis) {

  /**
   * Runs a program to its end.
   *
   * @param environment besides ours
   * @throws IOException if it cannot be started, fails, or takes too long; with what it said
   */
  public static Child run(
      List<String> command, Map<String, String> environment, Path folder, Duration most)
      throws IOException, InterruptedException {
    var out = Files.createTempFile(Bench.work(), "out", "");
    var err = Files.createTempFile(Bench.work(), "err", "");
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      long begin = System.nanoTime();
      var process = builder.start();
      boolean ended = process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
      double millis = (System.nanoTime() - begin) / 1e6;
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      var text = Files.readString(out);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(
            "%s %s:%n%s%s"
                .formatted(
                    String.join(" ", command),
                    ended ? "ended with " + process.exitValue() : "still runs after " + most,
                    text,
                    Files.readString(err, StandardCharsets.UTF_8)));
      }
      return new Child(text, millis);
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Its output as JSON, a line each. */
  public List<Map<String, Object>> lines() throws IOException {
    var lines = new ArrayList<Map<String, Object>>();
    for (var line : text.lines().toList()) {
      lines.add(JSON.std.mapFrom(line));
    }
    return lines;
  }
}
