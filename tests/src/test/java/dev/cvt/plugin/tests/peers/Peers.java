package dev.cvt.plugin.tests.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * Go programs to test against, each built on first use and at most once in this JVM.
 *
 * <p>Where the machine has no Go, asking for one skips the test that asks; with the system property
 * {@code peers.required} set to {@code true}, as in CI, it fails instead. The system property
 * {@code peers.script} names the build script; without it, the one of this source tree is found.
 *
 * <p>{@code tests/peers/README.md} tells what each program does. Thread-safe.
 */
public final class Peers {

  /** All of them, from an empty Go cache, on a slow machine. */
  private static final Duration BUILD = Duration.ofMinutes(15);

  private static final int NO_GO = 3;

  private static final ConcurrentHashMap<String, Built> BUILDS = new ConcurrentHashMap<>();

  private Peers() {}

  /** The echo plugin on CVT's own kit; {@code examples/ECHO.md} says what it does. */
  public static Path goEcho() {
    return named("cvt-plugin-echo");
  }

  /** CVT's own command. */
  public static Path cvt() {
    return named("cvt");
  }

  /** CVT's own manager, driven from outside. */
  public static Path goManager() {
    return named("gomanager");
  }

  /** What Go's JSON and zap write. */
  public static Path goldens() {
    return named("goldens");
  }

  /**
   * Any program by its name in {@code tests/peers/build --list}.
   *
   * @throws org.opentest4j.TestAbortedException where there is no Go to build it with
   */
  public static Path named(String name) {
    return switch (BUILDS.computeIfAbsent(name, Peers::build)) {
      case Built.At(Path program) -> program;
      case Built.NoGo(String why) -> {
        if (Boolean.getBoolean("peers.required")) {
          throw new AssertionError("peers.required is set, and " + why);
        }
        yield Assumptions.abort("needs the Go program '" + name + "': " + why);
      }
      case Built.Broken(String why) -> throw new AssertionError(why);
    };
  }

  /** What a build came to; kept, so that no test tries again what failed. */
  private sealed interface Built {
    record At(Path program) implements Built {}

    record NoGo(String why) implements Built {}

    record Broken(String why) implements Built {}
  }

  private static Built build(String name) {
    var run = Program.of(script(), name).within(BUILD).run();
    var program = Path.of(run.out().strip()).resolve(name);
    if (run.exit() == 0 && Files.isExecutable(program)) {
      return new Built.At(program);
    }
    return run.exit() == NO_GO
        ? new Built.NoGo(run.err().strip())
        : new Built.Broken("building the Go program '" + name + "' failed: " + run);
  }

  private static Path script() {
    var given = System.getProperty("peers.script");
    if (given != null) {
      return Path.of(given);
    }
    var here = Path.of("").toAbsolutePath();
    for (var folder = here; folder != null; folder = folder.getParent()) {
      var script = folder.resolve("tests/peers/build");
      if (Files.isRegularFile(script)) {
        return script;
      }
    }
    throw new AssertionError("no tests/peers/build above " + here + ": set -Dpeers.script=PATH");
  }
}
