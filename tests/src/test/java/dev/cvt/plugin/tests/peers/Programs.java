package dev.cvt.plugin.tests.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end and tells what they said. */
public final class Programs {

  private static final Executor READERS = Thread.ofVirtual().name("peer-reader-", 0)::start;

  private Programs() {}

  /** How a program ended, and all that it wrote. */
  public record Run(List<String> command, int exit, String out, String err) {

    /** Itself, where the exit code is 0; otherwise the test fails with all of it. */
    public Run ok() {
      if (exit != 0) {
        throw new AssertionError(toString());
      }
      return this;
    }

    @Override
    public String toString() {
      return "%s ended with %d%n--- out%n%s--- err%n%s".formatted(command, exit, out, err);
    }
  }

  /** As below, with this JVM's environment and current folder, and an empty standard input. */
  public static Run run(Duration limit, Path program, String... arguments) {
    return run(limit, Map.of(), Path.of(""), program, arguments);
  }

  /**
   * Runs a program with an empty standard input.
   *
   * @param limit after which it is killed and the test fails
   * @param environment what is added to this JVM's
   * @param folder where it runs
   */
  public static Run run(
      Duration limit,
      Map<String, String> environment,
      Path folder,
      Path program,
      String... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      try {
        process.getOutputStream().close();
        var out = read(process.getInputStream());
        var err = read(process.getErrorStream());
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError(command + " still ran after " + limit);
        }
        return new Run(List.copyOf(command), process.exitValue(), out.join(), err.join());
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + command + " ran", e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        READERS);
  }
}
