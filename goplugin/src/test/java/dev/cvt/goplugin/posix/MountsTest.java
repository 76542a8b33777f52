package dev.cvt.goplugin.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
  @TempDir Path folder;

  private Mounts mounts(String... lines) throws IOException {
    var table = folder.resolve("mountinfo");
    Files.write(table, java.util.List.of(lines));
    return new Mounts(table, folder.resolve("cgroup"));
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
    assertThat(new Mounts(folder.resolve("none"), folder.resolve("none")).forbidsExecution(file))
        .isEmpty();
  }

  private Optional<Path> ownCgroup(String mountinfo, String cgroup) throws IOException {
    Files.writeString(folder.resolve("cgroup"), cgroup);
    return mounts(mountinfo).ownCgroup();
  }

  @Test
  void ownControlGroup_isFoundBelowItsMount() throws IOException {
    var mount = Files.createDirectories(folder.resolve("a b/cgroup"));
    var own = Files.createDirectories(mount.resolve("user.slice/me"));
    var line =
        "41 31 0:38 %s " + mount.toString().replace(" ", "\\040") + " rw shared:9 - %s x rw\n";

    assertThat(ownCgroup(line.formatted("/", "cgroup2"), "9:pids:/\n0::/user.slice/me\n"))
        .contains(own);
    // Only a part of the tree is mounted here, as in a container.
    assertThat(
            ownCgroup(line.formatted("/user.slice", "cgroup2"), "0::/user.slice/user.slice/me\n"))
        .contains(own);
    assertThat(ownCgroup(line.formatted("/other", "cgroup2"), "0::/user.slice/me\n")).isEmpty();
    assertThat(ownCgroup(line.formatted("/", "cgroup2"), "0::/../elsewhere\n")).isEmpty();
    assertThat(ownCgroup(line.formatted("/", "cgroup2"), "0::/not/there\n")).isEmpty();
    assertThat(ownCgroup(line.formatted("/", "cgroup"), "0::/user.slice/me\n")).isEmpty();
    assertThat(ownCgroup(line.formatted("/", "cgroup2"), "9:pids:/\n")).isEmpty();
  }
}
