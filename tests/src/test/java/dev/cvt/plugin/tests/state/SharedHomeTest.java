package dev.cvt.plugin.tests.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.plugin.tests.peers.Goldens;
import dev.cvt.plugin.tests.peers.Goldens.Answer;
import dev.cvt.plugin.tests.peers.Hash;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.pluginmgr.StateFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CVT's own command and our state file take turns on one home, and both at once. */
final class SharedHomeTest {

  @TempDir Path folder;
  private Home home;
  private StateFile ours;

  @BeforeEach
  void makeHome() throws IOException {
    home = new Home(Files.createDirectories(folder.resolve("home")));
    ours = StateFile.at(home.stateJson(), home.plugins());
  }

  @Test
  void installedByGo_isReadVerifiedAndRemovedByOurs() throws Exception {
    install("one", script("cvt-plugin-one", "1"));
    install("two", script("two", "2"));
    assertThat(ours.read().plugins().keySet()).containsExactly("one", "two");
    var one = entry("one");
    assertThat(ours.verify(one)).isEqualTo(one);
    assertThat(one.binaryPath()).isEqualTo(home.plugins().resolve("cvt-plugin-one").toString());
    assertBytesAreGos();

    ours.remove("one");
    assertThat(home.plugins().resolve("cvt-plugin-one")).doesNotExist();
    assertThat(goList()).startsWith("NAME ").contains("two").doesNotContain("one");
    assertBytesAreGos();
    ours.remove("two");
    assertThat(goList()).startsWith("No plugins installed.");
    assertBytesAreGos();
  }

  @Test
  void installedByOurs_isListedVerifiedAndRemovedByGo() throws Exception {
    var entry = ours.install(script("cvt-plugin-one", "1"), "one");
    assertBytesAreGos();
    assertThat(goList())
        .isEqualTo(
            "NAME  SHA256        INSTALLED                BINARY\none   %s  %s  %s\n"
                .formatted(
                    entry.shortSha256(),
                    entry
                        .installedAt()
                        .format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'")),
                    entry.binaryPath()));
    home.goManager("state", "verify", "one").run().ok();
    assertThat(home.cvt("plugins", "list", "--json").run().ok().out()).isEqualTo(home.state());

    home.cvt("plugins", "remove", "one").run().ok();
    assertThat(ours.read()).isEqualTo(StateFile.Snapshot.empty());
    assertThat(Path.of(entry.binaryPath())).doesNotExist();
    assertBytesAreGos();
  }

  @Test
  void installsOverEachOther_inTurn_eachFindsTheOthersHash() throws Exception {
    for (int turn = 0; turn < 3; turn++) {
      install("one", script("cvt-plugin-one", "go " + turn));
      var byGo = entry("one");
      assertThat(ours.verify(byGo)).isEqualTo(byGo);
      assertBytesAreGos();

      var byOurs = ours.install(script("cvt-plugin-one", "ours " + turn), "one");
      assertThat(byOurs.sha256()).isNotEqualTo(byGo.sha256());
      home.goManager("state", "verify", "one").run().ok();
      assertBytesAreGos();
    }
  }

  @Test
  void binaryOfOtherName_isRefusedByBothAlike() throws Exception {
    ours.install(script("cvt-plugin-one", "1"), "one");
    var again = script("cvt-plugin-one", "2");
    assertThatThrownBy(() -> ours.install(again, "two")).isInstanceOf(StateFile.Refused.class);
    var go = home.cvt("plugins", "install", again, "--name", "two").run();
    assertThat(go.exit()).isEqualTo(1);
    assertThat(go.err()).contains("already used by plugin \"one\"");
    assertThat(ours.read().plugins().keySet()).containsExactly("one");
  }

  @Test
  void rollbackOfOurs_isVerifiedByGo() throws Exception {
    ours.install(script("cvt-plugin-one", "1"), "one");
    ours.install(script("cvt-plugin-one", "2"), "one");
    install("two", script("two", "2"));
    assertThat(ours.rollback("one").sha256()).isEqualTo(Hash.sha256(script("cvt-plugin-one", "1")));
    home.goManager("state", "verify", "one").run().ok();
    assertBytesAreGos();
  }

  @Test
  void lockHeldByGo_keepsOursOut() throws Exception {
    Files.createDirectories(home.plugins());
    var source = script("cvt-plugin-one", "1");
    var holder = home.goManager("lock", "hold", 60).start();
    try (var says = holder.inputReader(UTF_8)) {
      assertThat(says.readLine()).isEqualTo("held " + holder.pid());
      assertThatThrownBy(() -> ours.lockTimeout(Duration.ofMillis(100)).install(source, "one"))
          .isInstanceOf(StateFile.Refused.class)
          .hasMessage(
              "plugin \"one\" was not installed: process %d (%s lock hold 60) has held the lock"
                  + " %s.lock for over 100 ms; wait until that process has ended, or end it, and"
                  + " try again",
              holder.pid(), Peers.goManager(), home.stateJson());
      assertThat(ours.read()).isEqualTo(StateFile.Snapshot.empty());
      release(holder, says);
      assertThat(ours.install(source, "one").sha256()).isEqualTo(Hash.sha256(source));
    } finally {
      holder.destroyForcibly();
    }
  }

  /** Waits in the lock's queue, and goes on the moment that Go lets go. */
  @Test
  void lockReleasedByGo_letsAWaitingInstallGoOn() throws Exception {
    Files.createDirectories(home.plugins());
    var source = script("cvt-plugin-one", "1");
    var holder = home.goManager("lock", "hold", 60).start();
    try (var says = holder.inputReader(UTF_8);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(says.readLine()).startsWith("held ");
      var install =
          threads.submit(
              () -> ours.lockTimeout(Duration.ofSeconds(60)).install(source, "one").sha256());
      release(holder, says);
      assertThat(install.get()).isEqualTo(Hash.sha256(source));
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void manyInstalls_ofBothAtOnce_loseNothing() throws Exception {
    Peers.cvt(); // skipped here where there is no Go, and not in one of the threads
    var work = new ArrayList<Callable<String>>();
    var sources = new ArrayList<Path>();
    for (int i = 0; i < 24; i++) {
      sources.add(script("cvt-plugin-p" + i, "program " + i));
    }
    for (int i = 0; i < 24; i++) {
      var source = sources.get(i);
      var name = "p" + i;
      work.add(
          i % 2 == 0
              ? () -> ours.lockTimeout(Duration.ofMinutes(1)).install(source, name).sha256()
              : () -> {
                install(name, source);
                return Hash.sha256(source);
              });
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var done : threads.invokeAll(work)) {
        assertThat(done.get()).hasSize(64);
      }
    }
    var plugins = ours.read().plugins();
    assertThat(plugins.keySet())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 24).mapToObj(i -> "p" + i).toList());
    for (var entry : plugins.values()) {
      assertThat(ours.verify(entry)).isEqualTo(entry);
      assertThat(entry.sha256()).isEqualTo(Hash.sha256(Path.of(entry.binaryPath())));
    }
    assertBytesAreGos();
  }

  /** The last step of {@code lock hold}: its input ends. */
  private static void release(Process holder, BufferedReader says)
      throws IOException, InterruptedException {
    holder.getOutputStream().close();
    assertThat(says.readLine()).isEqualTo("released");
    assertThat(holder.waitFor()).isZero();
  }

  private void install(String name, Path source) {
    home.cvt("plugins", "install", source, "--name", name).run().ok();
  }

  private String goList() {
    return home.cvt("plugins", "list").run().ok().out();
  }

  /** The file holds what Go would write of it, and is nobody else's to read. */
  private void assertBytesAreGos() throws IOException {
    var text = home.state();
    assertThat(Goldens.rewritten(List.of(text.getBytes(UTF_8))).getFirst())
        .isEqualTo(new Answer.Text(text));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.stateJson())))
        .isEqualTo("rw-------");
  }

  private Path script(String name, String text) throws IOException {
    var file = Files.createDirectories(folder.resolve("sources")).resolve(name);
    Files.writeString(file, "#!/bin/sh\necho " + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private StateFile.Entry entry(String name) {
    var entry = ours.read().plugins().get(name);
    if (entry == null) {
      throw new AssertionError(name + " is not installed");
    }
    return entry;
  }
}
