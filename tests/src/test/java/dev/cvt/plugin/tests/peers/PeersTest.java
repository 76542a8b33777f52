package dev.cvt.plugin.tests.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build script and what becomes of a machine without Go. */
final class PeersTest {

  private static final Path SCRIPT = Path.of(System.getProperty("peers.script", "peers/build"));

  @Test
  void program_built_runs() {
    var run = Program.of(Peers.goldens()).run();
    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEmpty();
  }

  @Test
  void program_askedForTwice_isTheSameFile() {
    assertThat(Peers.goldens()).isEqualTo(Peers.goldens()).isExecutable();
  }

  @Test
  void script_unknownName_listsTheNames() {
    var run = Program.of(SCRIPT, "cvtt").run();
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("peers: no peer is called 'cvtt'; there are: cvt-plugin-echo cvt gomanager ");
  }

  @Test
  void script_noGo_isOneSentenceAndExit3(@TempDir Path empty) throws IOException {
    var run = withoutGo(empty);
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "peers: the Go programs that some tests run against cannot be built, since there is no"
                + " 'go' on the PATH: install Go 1.25 or newer\n");
  }

  @Test
  void script_oldGo_saysWhichAndWhere(@TempDir Path bin) throws IOException {
    var go = script(bin.resolve("go"), "echo go1.19.8");
    var run = withoutGo(bin);
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo(
            "peers: the Go programs that some tests run against cannot be built with go1.19.8 ("
                + go
                + "): install Go 1.25 or newer\n");
  }

  @Test
  void program_thatIsNone_failsTheTest() {
    assertThatThrownBy(() -> Peers.named("cvtt"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no peer is called 'cvtt'");
  }

  /** Runs the script with a PATH of only that folder, made to hold the tools that it needs. */
  private static Program.Run withoutGo(Path bin) throws IOException {
    for (var tool : List.of("sh", "dirname", "cut", "grep", "sed", "tr", "cat")) {
      var real = Files.isExecutable(Path.of("/bin", tool)) ? "/bin/" : "/usr/bin/";
      script(bin.resolve(tool), "exec " + real + tool + " \"$@\"");
    }
    return Program.of(SCRIPT, "goldens").with("PATH", bin).run();
  }

  private static Path script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
