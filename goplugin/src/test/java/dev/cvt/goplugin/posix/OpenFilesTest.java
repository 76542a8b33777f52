package dev.cvt.goplugin.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
  @TempDir Path folder;

  @Test
  void writer_isFoundAndReaderIsNot() throws IOException {
    var file = Files.writeString(folder.resolve("program"), "x");
    long self = ProcessHandle.current().pid();
    try (var _ = Files.newByteChannel(file, StandardOpenOption.READ)) {
      assertThat(OpenFiles.system().writers(file)).isEmpty();
      try (var _ = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
        assertThat(OpenFiles.system().writers(file)).containsExactly(self);
      }
    }
    assertThat(OpenFiles.system().writers(file)).isEmpty();
    assertThat(OpenFiles.system().writers(folder.resolve("none"))).isEmpty();
  }
}
