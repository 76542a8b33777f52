package dev.cvt.plugins;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * Runs many command lines in one JVM, so that the image's start-up cache learns from all of them:
 * the JVM writes such a cache from one run only. The image's build starts it, nobody else.
 */
final class Training {
  private static final String BACKGROUND = " &";
  private static final String STOP = "stop";

  private Training() {}

  /**
   * Runs each command line of a file, in order, and stops at the first that fails.
   *
   * @param args the file: one command line each line, words parted by blanks, {@code #} begins a
   *     comment, {@code ${image}} and {@code ${home}} stand for those two folders; one that ends in
   *     {@code &} goes on while those after it run, up to {@code stop}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var _ = Results.ofProcess(); // as each command does
    CompletableFuture<Integer> background = CompletableFuture.completedFuture(ExitCode.OK);
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      String command = line.strip();
      if (command.isEmpty() || command.startsWith("#")) {
        continue;
      }
      System.err.println("$ cvt-plugins " + command);
      if (command.equals(STOP)) {
        String self = Long.toString(ProcessHandle.current().pid());
        succeed(new ProcessBuilder("kill", "-TERM", self).inheritIO().start().waitFor());
        succeed(background.join());
      } else if (command.endsWith(BACKGROUND)) {
        background = begin(command.substring(0, command.length() - BACKGROUND.length()));
      } else {
        succeed(execute(command));
      }
    }
    System.exit(ExitCode.OK); // as each command ends
  }

  private static int execute(String command) {
    // Only then what the words stand for, in which there may be blanks.
    return Main.execute(
        Arrays.stream(command.split("\\s+"))
            .map(word -> word.replace("${image}", System.getProperty("cvt.plugins.image", "")))
            .map(word -> word.replace("${home}", System.getenv().getOrDefault("HOME", "")))
            .toArray(String[]::new));
  }

  private static CompletableFuture<Integer> begin(String command) {
    var ready = new CompletableFuture<Integer>();
    PrintStream out = System.out;
    System.setOut(new PrintStream(new Listening(out, ready), true, StandardCharsets.UTF_8));
    var running = new CompletableFuture<Integer>();
    var _ = Thread.ofPlatform().name("background").start(() -> running.complete(execute(command)));
    // Whatever comes first: a failure ends it before it is ready.
    succeed((Integer) CompletableFuture.anyOf(ready, running).join());
    System.setOut(out);
    return running;
  }

  private static void succeed(int code) {
    if (code != ExitCode.OK) {
      System.err.println("exit code " + code);
      System.exit(code);
    }
  }

  /** Waits for the one line that says that all plugins are ready. */
  private static final class Listening extends OutputStream {
    private final PrintStream out;
    private final CompletableFuture<Integer> ready;
    private String said = "";

    Listening(PrintStream out, CompletableFuture<Integer> ready) {
      this.out = out;
      this.ready = ready;
    }

    @Override
    public void write(int b) {
      out.write(b);
      said += (char) b;
      if (b == '\n' && said.startsWith("ready:")) {
        ready.complete(ExitCode.OK);
      }
      said = b == '\n' ? "" : said;
    }
  }
}
