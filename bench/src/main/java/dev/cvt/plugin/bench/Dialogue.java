package dev.cvt.plugin.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process that answers each line on its standard input with one, both JSON objects. */
public final class Dialogue implements AutoCloseable {
  /** No sound answer comes near it. */
  private static final Duration MOST = Duration.ofMinutes(5);

  private final List<String> command;
  private final Path errors;
  private final Process process;
  private final BufferedReader answers;

  private Dialogue(List<String> command, Path errors, Process process) {
    this.command = command;
    this.errors = errors;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts it.
   *
   * @param environment besides ours
   */
  static Dialogue open(List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    var errors = Files.createTempFile(Bench.work(), "err", "");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(Redirect.to(errors.toFile()));
    builder.environment().putAll(environment);
    return new Dialogue(command, errors, builder.start());
  }

  /**
   * Waits for the answer.
   *
   * @throws IOException if there is none, with what the process said of it
   */
  public Map<String, Object> ask(Map<String, Object> question) throws IOException {
    var late =
        CompletableFuture.runAsync(
            this::kill,
            CompletableFuture.delayedExecutor(MOST.toSeconds(), TimeUnit.SECONDS, Runnable::run));
    try {
      var input = process.outputWriter(StandardCharsets.UTF_8);
      input.write(JSON.std.asString(question) + "\n");
      input.flush();
      var answer = answers.readLine();
      if (answer == null) {
        throw new IOException("it ended");
      }
      return JSON.std.mapFrom(answer);
    } catch (IOException e) {
      throw new IOException(
          "%s: no answer to %s: %s%n%s"
              .formatted(
                  String.join(" ", command), question, e.getMessage(), Files.readString(errors)),
          e);
    } finally {
      late.cancel(false);
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /**
   * Ends its input, and with it the process.
   *
   * @throws IOException if it does not end, or not well, with what it said of it
   */
  @Override
  public void close() throws IOException {
    try {
      process.outputWriter(StandardCharsets.UTF_8).close();
    } catch (IOException e) {
      kill(); // it has ended, or does not read
    }
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        kill();
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(
            "%s ended with %d:%n%s"
                .formatted(String.join(" ", command), code, Files.readString(errors)));
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    } finally {
      Files.delete(errors);
    }
  }
}
