package dev.cvt.goplugin.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.posix.ProcessTable.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcTableTest {
  @TempDir Path proc;
  private ProcTable table;

  @BeforeEach
  void makeTable() {
    table = new ProcTable(proc);
  }

  private void process(long pid, String name, char state, long session, long start)
      throws IOException {
    var folder = Files.createDirectory(proc.resolve(Long.toString(pid)));
    Files.writeString(
        folder.resolve("stat"),
        "%d (%s) %c 1 2 %d 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 %d 100 200\n"
            .formatted(pid, name, state, session, start));
    Files.writeString(folder.resolve("environ"), "A=b\0MARK=token-1.\0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "a b", "(evil)", ") Z 9 9 9", "a\nb", "é"})
  void process_ofWhateverName_isRead(String name) throws IOException {
    process(7, name, 'S', 5, 123);
    assertThat(table.find(7)).contains(new Entry(7, 5, 123, false));
  }

  @Test
  void zombie_isDead() throws IOException {
    process(7, "sh", 'Z', 5, 123);
    assertThat(table.find(7)).contains(new Entry(7, 5, 123, true));
  }

  @Test
  void unknownProcess_isNone() {
    assertThat(table.find(7)).isEmpty();
  }

  @Test
  void halfReadProcess_isNone() throws IOException {
    Files.writeString(Files.createDirectory(proc.resolve("7")).resolve("stat"), "7 (sh) S 1");
    assertThat(table.find(7)).isEmpty();
  }

  @Test
  void all_areTheNumberedOnes() throws IOException {
    process(7, "sh", 'S', 5, 1);
    process(8, "sh", 'R', 5, 2);
    Files.createDirectory(proc.resolve("self"));
    Files.writeString(proc.resolve("uptime"), "1");
    assertThat(table.all()).extracting(Entry::pid).containsExactlyInAnyOrder(7L, 8L);
  }

  @Test
  void environment_isSearched() throws IOException {
    process(7, "sh", 'S', 5, 1);
    var entry = table.find(7).orElseThrow();
    assertThat(table.carries(entry, "token-1.")).isTrue();
    assertThat(table.carries(entry, "token-11.")).isFalse();
    assertThat(table.carries(new Entry(9, 1, 1, false), "token-1.")).isFalse();
  }

  @Test
  void sameNumberLater_isAnotherProcess() {
    assertThat(new Entry(7, 5, 1, false).same(new Entry(7, 5, 1, true))).isTrue();
    assertThat(new Entry(7, 5, 1, false).same(new Entry(7, 5, 2, false))).isFalse();
  }

  @Test
  void thisMachine_knowsThisProcess() {
    var system = new ProcTable(Path.of("/proc"));
    long self = ProcessHandle.current().pid();
    assertThat(system.find(self)).hasValueSatisfying(entry -> assertThat(entry.dead()).isFalse());
    assertThat(system.all()).extracting(Entry::pid).contains(self);
  }
}
