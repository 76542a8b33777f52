package dev.cvt.plugin.bench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/** The Go programs that some faults need, built on first use: see {@code tests/peers/README.md}. */
public final class GoPeers {

  private static final ConcurrentHashMap<String, Path> BUILT = new ConcurrentHashMap<>();

  private GoPeers() {}

  /**
   * A program by its name in {@code tests/peers/build --list}.
   *
   * @throws IOException if it cannot be built, as where there is no Go
   */
  public static Path named(String name, Path checkout) throws IOException, InterruptedException {
    var known = BUILT.get(name);
    if (known != null) {
      return known;
    }
    var script = checkout.resolve("tests/peers/build").toString();
    var process =
        new ProcessBuilder(script, name).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    var folder = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("the Go program " + name + " could not be built");
    }
    var program = Path.of(folder).resolve(name);
    BUILT.put(name, program);
    return program;
  }
}
