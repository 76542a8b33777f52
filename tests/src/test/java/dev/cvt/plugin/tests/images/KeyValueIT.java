package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example on {@code goplugin} alone, each half with the other and with its twin in Go. */
final class KeyValueIT {

  private static final Path EXAMPLE =
      Path.of(System.getProperty("repository.root"), "examples/key-value")
          .toAbsolutePath()
          .normalize();
  private static final Path HOST = EXAMPLE.resolve("kv-host");
  private static final Path PLUGIN = EXAMPLE.resolve("kv-plugin");

  @TempDir Path folder;

  @Test
  void ourHostAndOurPlugin_keepAndFind() {
    // What the plugin logs reaches the host with its level and its field.
    assertThat(run(HOST, PLUGIN, "put", "answer", "42").ok().err())
        .contains("INFO: [kv-plugin] kv: kept key=answer");
    assertThat(run(HOST, PLUGIN, "get", "answer").ok().out()).isEqualTo("42\n");
  }

  @Test
  void ourHost_runsGosPlugin() {
    run(HOST, Peers.named("grpc-plugin"), "put", "answer", "42").ok();
    assertThat(run(HOST, Peers.named("grpc-plugin"), "get", "answer").ok().out())
        .isEqualTo("42\n\nWritten from plugin-go-grpc\n");
  }

  @Test
  void gosHost_runsOurPlugin() {
    goHost("put", "answer", "42").ok();
    assertThat(goHost("get", "answer").ok().out()).isEqualTo("42\n");
  }

  @Test
  void whatIsNoPlugin_isExplained() {
    var run = run(HOST, Path.of("/bin/true"), "get", "answer");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "plugin true did not start: exited with code 0 before its handshake line; make sure"
                + " that it is a plugin, and run it by hand to see what it says\n");
  }

  /** Nothing can then be unpacked at run time into a folder that may forbid execution. */
  @Test
  void noJar_holdsNativeCode() throws IOException {
    try (var jars = Files.list(EXAMPLE.resolve("target/modules"))) {
      for (var jar : jars.toList()) {
        try (var entries = new ZipFile(jar.toFile())) {
          assertThat(entries.stream().map(ZipEntry::getName))
              .as(jar.toString())
              .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"));
        }
      }
    }
  }

  private Program.Run goHost(Object... arguments) {
    return inFolder(Program.of(Peers.named("grpc-host"), arguments))
        .with("KV_PLUGIN", "'" + PLUGIN + "'")
        .with("KV_PROTO", "grpc")
        .run();
  }

  private Program.Run run(Path program, Object... arguments) {
    return inFolder(Program.of(program, arguments)).run();
  }

  private Program inFolder(Program program) {
    return program
        .in(folder)
        .with("JAVA_HOME", System.getProperty("java.home"))
        .with("TMPDIR", folder);
  }
}
