package dev.cvt.goplugin.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
  @TempDir Path folder;

  private Mounts mounts(String... lines) throws IOException {
    var table = folder.resolve("mountinfo");
    Files.write(table, java.util.List.of(lines));
    return new Mounts(table);
  }

  private static String line(Path point, String options) {
    return "36 35 98:0 / "
        + point.toString().replace(" ", "\\040")
        + " "
        + options
        + " shared:1 - ext4 /dev/x rw";
  }

  private Path file() throws IOException {
    var inner = Files.createDirectories(folder.toRealPath().resolve("a b/c"));
    return Files.writeString(inner.resolve("program"), "");
  }

  @Test
  void closestMount_decides() throws IOException {
    var file = file();
    var parent = folder.toRealPath();
    assertThat(
            mounts(line(Path.of("/"), "rw"), line(parent.resolve("a b"), "rw,nosuid,noexec"))
                .forbidsExecution(file))
        .contains(parent.resolve("a b").toString());
    assertThat(
            mounts(line(Path.of("/"), "rw,noexec"), line(parent.resolve("a b"), "rw"))
                .forbidsExecution(file))
        .isEmpty();
  }

  @Test
  void laterMountOfTheSamePlace_decides() throws IOException {
    var file = file();
    var point = folder.toRealPath().resolve("a b/c");
    assertThat(mounts(line(point, "rw"), line(point, "noexec")).forbidsExecution(file))
        .contains(point.toString());
    assertThat(mounts(line(point, "noexec"), line(point, "rw")).forbidsExecution(file)).isEmpty();
  }

  @Test
  void neighbourWithTheSameBeginning_doesNotCount() throws IOException {
    var file = file();
    assertThat(mounts(line(folder.toRealPath().resolve("a"), "noexec")).forbidsExecution(file))
        .isEmpty();
  }

  @Test
  void oddLinesAndNoTable_forbidNothing() throws IOException {
    var file = file();
    assertThat(mounts("", "nonsense").forbidsExecution(file)).isEmpty();
    assertThat(new Mounts(folder.resolve("none")).forbidsExecution(file)).isEmpty();
  }
}
