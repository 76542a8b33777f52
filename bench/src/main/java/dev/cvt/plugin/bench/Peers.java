package dev.cvt.plugin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Go programs that stand beside ours, built by {@code tests/peers/build}. */
public final class Peers {
  /** The script's exit code where there is no Go. */
  private final Optional<Path> folder;

  private Peers(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Builds them; a machine without Go has none. */
  static Peers build() throws IOException, InterruptedException {
    try {
      var said =
          Child.run(
              List.of("tests/peers/build", "cvt-plugin-echo", "cvt", "gomanager"),
              Map.of(),
              Bench.root(),
              Duration.ofMinutes(10));
      return new Peers(Optional.of(Path.of(said.text().strip())));
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains(" ended with 3:")) {
        throw e;
      }
      System.err.println("bench: no usable Go on this machine, so the peers in Go are left out");
      return new Peers(Optional.empty());
    }
  }

  /** Whether there are any. */
  public boolean present() {
    return folder.isPresent();
  }

  /** CVT's manager, driven by a main of ours. */
  public Optional<String> goManager() {
    return folder.map(where -> where.resolve("gomanager").toString());
  }

  /** CVT's command. */
  public Optional<String> cvt() {
    return folder.map(where -> where.resolve("cvt").toString());
  }

  /** The echo plugin in Go, or in Java where there is no Go. */
  public Path echo() {
    return folder.map(where -> where.resolve("cvt-plugin-echo")).orElseGet(Peers::javaEcho);
  }

  /** The echo plugin in Java, as one file. */
  public static Path javaEcho() {
    var file = Bench.root().resolve("examples/echo-plugin-java/target/cvt-plugin-echo-java");
    if (!Files.isExecutable(file)) {
      throw new Measurement.Missing("the echo plugin in Java was not built: " + file);
    }
    return file;
  }
}
