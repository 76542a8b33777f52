package dev.cvt.plugin.tests.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Goldens;
import dev.cvt.plugin.tests.peers.Goldens.Answer;
import dev.cvt.plugin.tests.peers.Hash;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Ours;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CVT's command and ours take turns on one home. */
final class CommandsTakeTurnsIT {

  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new Home(Files.createDirectories(folder.resolve("home")));
  }

  @Test
  void eachListsInstallsOverAndRemoves_whatTheOtherInstalled() throws Exception {
    go("install", script("cvt-plugin-one", "by go"));
    assertSame();
    ours("install", script("cvt-plugin-two", "by ours")).ok();
    assertSame();
    assertThat(home.state()).contains("\"one\"", "\"two\"");

    // Each over the other's.
    var one = script("cvt-plugin-one", "by ours now");
    ours("install", one).ok();
    assertThat(home.state()).contains(Hash.sha256(one));
    assertSame();
    var two = script("cvt-plugin-two", "by go now");
    go("install", two);
    assertThat(home.state()).contains(Hash.sha256(two));
    assertSame();

    // Each removes the other's.
    go("remove", "one");
    assertSame();
    ours("remove", "two").ok();
    assertThat(home.state()).isEqualTo("{\n  \"version\": 1,\n  \"plugins\": {}\n}\n");
    assertThat(home.plugins().resolve("cvt-plugin-one")).doesNotExist();
    assertThat(home.plugins().resolve("cvt-plugin-two")).doesNotExist();
    assertThat(go("list").out()).startsWith("No plugins installed.");
    assertThat(ours("list").ok().out()).startsWith("No plugins installed.");
  }

  /** Sixteen processes at once, every other one Go's. The long form is in {@code bench/faults}. */
  @Test
  void sixteenCommands_installingAtOnce_loseNothing() throws Exception {
    Peers.cvt(); // skipped here where there is no Go, and not in one of the threads
    var commands = new ArrayList<Callable<Program.Run>>();
    for (int i = 0; i < 16; i++) {
      var source = script("cvt-plugin-p" + i, "program " + i);
      boolean byGo = i % 2 == 0;
      commands.add(() -> byGo ? go("install", source) : ours("install", source).ok());
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (var done : threads.invokeAll(commands)) {
        assertThat(done.get().exit()).isZero();
      }
    }
    for (int i = 0; i < 16; i++) {
      assertThat(home.state())
          .contains("\"p" + i + "\"", Hash.sha256(home.plugins().resolve("cvt-plugin-p" + i)));
    }
    assertThat(ours("verify").ok().out().lines())
        .hasSize(16)
        .allMatch(line -> line.startsWith("ok"));
    assertSame();
  }

  /** The one plugin that both managers are shown to run, called through our command. */
  @Test
  void pluginInstalledByGo_answersOurCommand() throws Exception {
    go("install", Peers.goEcho(), "--name", "echo");
    home.configured(
        """
        plugins:
          echo: {binary: ~/.cvt/plugins/cvt-plugin-echo}
        hooks:
          fetch_schema: echo
        """);
    var called = ours("call", "fetch_schema", "{\"schema_id\":\"big:3\",\"version\":\"7\"}").ok();
    assertThat(called.out()).contains("\"eHh4\"").contains("\"7\"");
  }

  /** What both say is installed is the same to the byte, and so is the file. */
  private void assertSame() throws IOException {
    assertThat(ours("list").ok().out()).isEqualTo(go("list").out());
    assertThat(ours("list", "--json").ok().out())
        .isEqualTo(go("list", "--json").out())
        .isEqualTo(home.state());
    var text = home.state();
    assertThat(Goldens.rewritten(List.of(text.getBytes(UTF_8))))
        .containsExactly(new Answer.Text(text));
  }

  private Program.Run go(Object... arguments) {
    return home.cvt(with("plugins", arguments)).run().ok();
  }

  private Program.Run ours(Object... arguments) {
    return Program.of(Ours.command(), arguments).with("HOME", home.folder()).run();
  }

  private static Object[] with(Object first, Object... others) {
    var all = new Object[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }

  private Path script(String name, String text) throws IOException {
    var file = Files.createDirectories(folder.resolve("sources")).resolve(name);
    Files.writeString(file, "#!/bin/sh\necho " + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
