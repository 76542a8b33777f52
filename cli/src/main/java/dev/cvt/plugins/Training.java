package dev.cvt.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs many command lines in one JVM, so that the image's start-up cache learns from all of them:
 * the JVM writes such a cache from one run only. The image's build starts it, nobody else.
 */
final class Training {
  private Training() {}

  /**
   * Runs each command line of a file, in order, and stops at the first that fails.
   *
   * @param args the file: one command line each line, words parted by blanks, {@code #} begins a
   *     comment
   */
  public static void main(String[] args) throws IOException {
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      String command = line.strip();
      if (command.isEmpty() || command.startsWith("#")) {
        continue;
      }
      System.err.println("$ cvt-plugins " + command);
      int code = Main.execute(List.of(command.split("\\s+")).toArray(String[]::new));
      if (code != 0) {
        System.err.println("exit code " + code);
        System.exit(code);
      }
    }
  }
}
