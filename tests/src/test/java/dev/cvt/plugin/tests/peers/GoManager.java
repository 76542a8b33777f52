package dev.cvt.plugin.tests.peers;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * CVT's own plugin manager on a home, one command at a time. Closing stops its plugins and waits
 * for its end. For one thread.
 */
public final class GoManager implements AutoCloseable {

  private static final Duration END = Duration.ofSeconds(30);

  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;
  private final Path log;
  private final Path errors;

  private GoManager(Process process, Path log, Path errors) {
    this.process = process;
    this.to = process.outputWriter(StandardCharsets.UTF_8);
    this.from = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
    this.errors = errors;
  }

  /** A manager that has loaded the home's files and runs nothing yet. */
  public static GoManager open(Home home) throws IOException {
    Files.createDirectories(home.folder());
    var log = home.folder().resolve("gomanager.log");
    var errors = home.folder().resolve("gomanager.err");
    var command = List.of(Peers.goManager().toString(), "session", "-log", log.toString());
    var builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put("HOME", home.folder().toString());
    // A plugin that crashes cannot remove its socket, and a Go host does not: it goes with the
    // home.
    builder.environment().put("TMPDIR", home.folder().toString());
    return new GoManager(builder.start(), log, errors);
  }

  /** Starts all plugins; the answer has their handles. */
  public Map<String, Object> start() throws IOException {
    return ok(ask(Map.of("op", "start")));
  }

  /** The error that a start ends with. */
  public String startFailure() throws IOException {
    var answer = ask(Map.of("op", "start"));
    if (!(answer.get("error") instanceof String error)) {
      throw new AssertionError("started: " + answer);
    }
    return error;
  }

  /**
   * One hook call. {@code ok} says whether it gave an answer, {@code response} what it was; {@code
   * code} and {@code message} are those of the failure.
   *
   * @param request in protobuf's JSON form
   */
  public Map<String, Object> call(String hook, Map<String, Object> request) throws IOException {
    return ask(Map.of("op", "call", "hook", hook, "request", request));
  }

  /** All audit records so far, in their JSON form. */
  public List<?> audit() throws IOException {
    if (!(ok(ask(Map.of("op", "audit"))).get("audit") instanceof List<?> records)) {
      throw new AssertionError("no list of records");
    }
    return records;
  }

  /** What a scraper would be given. */
  public String metrics() throws IOException {
    return String.valueOf(ok(ask(Map.of("op", "metrics"))).get("metrics"));
  }

  /** Stops all plugins. */
  public void stop() throws IOException {
    ok(ask(Map.of("op", "stop")));
  }

  /** The log of the manager and its plugins: zap's lines. */
  public List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  private Map<String, Object> ask(Map<String, Object> command) throws IOException {
    to.write(JSON.std.asString(command));
    to.newLine();
    to.flush();
    var line = from.readLine();
    if (line == null) {
      throw new AssertionError("the Go manager has ended: " + Files.readString(errors));
    }
    return JSON.std.mapFrom(line);
  }

  private static Map<String, Object> ok(Map<String, Object> answer) {
    if (!Boolean.TRUE.equals(answer.get("ok"))) {
      throw new AssertionError("the Go manager says " + answer);
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    try {
      to.close(); // the end of its input: it stops its plugins
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the Go manager still runs " + END + " after its input ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
