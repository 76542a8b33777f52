package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo calls left behind: what is its own, and nobody else's. */
class LeftoversTest {
  private static final long SELF = ProcessHandle.current().pid();

  @TempDir private Path folder;
  private Path home;
  private Leftovers before;

  @BeforeEach
  void look() throws IOException {
    home = folder.resolve("cvt-demo-1");
    sockets("gp-before", SELF);
    before = Leftovers.in(folder);
  }

  private void sockets(String name, long owner) throws IOException {
    var made = Files.createDirectory(folder.resolve(name));
    Files.writeString(made.resolve("owner"), owner + "\n1\nx\ny\n");
  }

  @Test
  void nothingNew_isNothingLeft() throws IOException {
    assertThat(before.since(List.of(), home)).isEmpty();
  }

  @Test
  void socketsOfThisProcess_itsHome_andALivingPlugin_areLeft() throws IOException {
    sockets("gp-self", SELF);
    Files.createDirectory(folder.resolve("gp-without-owner"));
    Files.createDirectory(home);

    assertThat(before.since(List.of(SELF), home))
        .containsExactly(
            "process " + SELF + " still lives",
            home + " is still there",
            folder.resolve("gp-self") + " is still there",
            folder.resolve("gp-without-owner") + " is still there");
  }

  @Test
  void whatAnotherProcessMakesMeanwhile_isItsOwnAffair() throws IOException {
    sockets("gp-another", SELF + 1);
    Files.createDirectory(folder.resolve("cvt-demo-2"));

    assertThat(before.since(List.of(), home)).isEmpty();
  }

  /** Root may read it, and finds whose it is; anybody else only learns that it is not theirs. */
  @Test
  void whatMayNotBeRead_isAnothers() throws IOException {
    sockets("gp-closed", SELF + 1);
    var closed = folder.resolve("gp-closed");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assertThat(before.since(List.of(), home)).isEmpty();
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
