package dev.cvt.plugin.bench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;

/** Programs of the system that a fault needs. */
final class Command {

  private Command() {}

  /** Runs one to its end; whether it ended well. */
  static boolean runs(String... words) throws IOException, InterruptedException {
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }

  /**
   * Runs one that has to end well; what it said.
   *
   * @throws IOException with what it said, if it does not
   */
  static String run(String... words) throws IOException, InterruptedException {
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", words) + ": " + said);
    }
    return said;
  }

  /** Fails where this is not root, who alone may mount and give files away. */
  static void needRoot() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new IOException("needs root");
    }
  }
}
