package dev.cvt.pluginmgr.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is worked out once is what stands in the file, whatever its times say. */
class StateReaderTest {
  @TempDir Path folder;

  private StateReader reader() {
    return new StateReader(new StateStore(file()));
  }

  private Path file() {
    return folder.resolve("state.json");
  }

  private void write(String hash) throws IOException {
    Files.writeString(
        file(),
        """
        {"version": 1, "plugins": {"echo": {"binary_path": "/x/echo", "sha256": "%s",
          "installed_at": "2026-01-02T03:04:05Z", "source": "file"}}}
        """
            .formatted(hash));
    Files.setLastModifiedTime(file(), FileTime.from(Instant.EPOCH));
  }

  private static String hash(StateDocument document) {
    return document.plugins().get("echo").entry().sha256();
  }

  @Test
  void bytesThatAreTheSame_areWorkedOutOnce() throws Exception {
    write("a".repeat(64));
    var reader = reader();
    var first = reader.read();
    write("a".repeat(64));
    assertThat(reader.read()).isSameAs(first).isEqualTo(new StateStore(file()).read());
  }

  @Test
  void byteThatDiffers_isSeen_thoughSizeAndTimesAreTheSame() throws Exception {
    write("a".repeat(64));
    var reader = reader();
    assertThat(hash(reader.read())).isEqualTo("a".repeat(64));
    write("a".repeat(63) + "b");
    assertThat(hash(reader.read())).isEqualTo("a".repeat(63) + "b");
  }

  @Test
  void fileThatIsGone_isEmpty_andOneThatIsNoStateFile_isRefused() throws Exception {
    write("a".repeat(64));
    var reader = reader();
    reader.read();
    Files.delete(file());
    assertThat(reader.read()).isEqualTo(StateDocument.empty());
    Files.writeString(file(), "{");
    assertThatThrownBy(reader::read).isInstanceOf(Refused.class);
    write("c".repeat(64));
    assertThat(hash(reader.read())).isEqualTo("c".repeat(64));
  }
}
