package dev.cvt.plugin.tests.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * One plugin under one host, watched from between the two. Give {@link #program} to the host as the
 * plugin, have it stopped, and {@link #check}.
 */
public final class Session implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Volatile names = new Volatile();
  private final Transcript transcript = new Transcript(names);
  private final Path program;
  private final Tap tap;

  /**
   * Waits to be started.
   *
   * @param program where the program that the host starts is made
   * @param plugin the plugin's command line, as a shell reads it
   * @param known variables that the host has of its own, or that the test gives it: not noted
   */
  public Session(Path program, String plugin, Set<String> known)
      throws IOException, InterruptedException {
    this.program = program;
    var folder = Files.createDirectory(program.resolveSibling("tap"));
    this.tap = new Tap(program, plugin, folder, known, names, transcript);
  }

  /** What the host is to start. */
  public Path program() {
    return program;
  }

  /** From here on, this text goes by that name. */
  public void name(String text, String name) {
    names.name(text, name);
  }

  /** Waits until the plugin's standard output and error have both brought that text. */
  public void awaitPrinted(String text) throws InterruptedException {
    transcript.awaitPrinted(text, PATIENCE);
  }

  /** Waits until a call of that method was answered. */
  public void awaitAnswered(String method) throws InterruptedException {
    transcript.awaitAnswered(method, PATIENCE);
  }

  /** Holds the session, which is over, against what is kept under that name. */
  public void check(String name) throws IOException {
    tap.close();
    Expectation.check(name, transcript.text());
  }

  @Override
  public void close() throws IOException {
    tap.close();
  }
}
