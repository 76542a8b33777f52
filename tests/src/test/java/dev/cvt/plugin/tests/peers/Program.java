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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A program that is run to its end, and what it said. Immutable: each method that changes something
 * returns another one.
 *
 * @param command the program and its arguments
 * @param environment what is added to this JVM's
 * @param folder where it runs
 * @param input its standard input
 * @param limit after which it is killed and the test fails
 */
public record Program(
    List<String> command,
    Map<String, String> environment,
    Path folder,
    String input,
    Duration limit) {

  private static final Executor READERS = Thread.ofVirtual().name("program-reader-", 0)::start;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  public Program {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Runs in the current folder, with an empty standard input, for two minutes at most. */
  public static Program of(Path program, Object... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toAbsolutePath().toString());
    for (var argument : arguments) {
      command.add(argument.toString());
    }
    return new Program(command, Map.of(), Path.of(""), "", LIMIT);
  }

  /** With one more variable. */
  public Program with(String name, Object value) {
    var all = new TreeMap<>(environment);
    all.put(name, value.toString());
    return new Program(command, all, folder, input, limit);
  }

  /** In that folder. */
  public Program in(Path folder) {
    return new Program(command, environment, folder, input, limit);
  }

  /** With that text on standard input. */
  public Program given(String input) {
    return new Program(command, environment, folder, input, limit);
  }

  /** For that long at most. */
  public Program within(Duration limit) {
    return new Program(command, environment, folder, input, limit);
  }

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

  /** Runs it to its end. */
  public Run run() {
    try {
      var process = start();
      try {
        var out = read(process.getInputStream());
        var err = read(process.getErrorStream());
        try (var stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError(command + " still ran after " + limit);
        }
        return new Run(command, process.exitValue(), out.join(), err.join());
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

  /**
   * Starts it and leaves everything else to the caller; {@code input} and {@code limit} are unused.
   */
  public Process start() throws IOException {
    var builder = new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
    builder.environment().putAll(environment);
    return builder.start();
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
