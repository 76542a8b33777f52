package dev.cvt.plugin.bench.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fault that is done by a program of its own, such as one among the tests of a module. Its last
 * line says the result: {@code TRIES LOST LEAKED CORRUPTED}, and a note behind them if there is
 * one.
 *
 * @param main the class with the main method, on the class path of this JVM
 * @param quick its arguments in a quick run; {@code %s} is the fault's folder, and {@code %} and
 *     the name of a Go program is that program
 * @param full its arguments otherwise
 */
record ProgramFault(String name, String what, String main, List<String> quick, List<String> full)
    implements Fault {

  private static final int LONGEST_MINUTES = 20;

  @Override
  public Result run(Setting setting) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main));
    for (var text : setting.quick() ? quick : full) {
      command.add(
          text.startsWith("%") && text.length() > 2
              ? GoPeers.named(text.substring(1), setting.checkout()).toString()
              : text.replace("%s", setting.folder().toString()));
    }
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      process.getOutputStream().close();
      var lines = process.inputReader().lines().toList();
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        throw new IOException(main + " still runs after " + LONGEST_MINUTES + " min");
      }
      if (lines.isEmpty() || process.exitValue() != 0) {
        throw new IOException(main + " said " + lines + " and ended with " + process.exitValue());
      }
      return parse(lines.getLast());
    } finally {
      process.destroyForcibly();
    }
  }

  private Result parse(String line) throws IOException {
    var words = line.strip().split("\\s+", 5);
    try {
      return new Result(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          words.length > 4 ? words[4] : "");
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException(main + " ended with a line that is no result: " + line, e);
    }
  }
}
