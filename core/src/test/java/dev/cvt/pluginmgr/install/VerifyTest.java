package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import dev.cvt.pluginmgr.file.ExclusiveLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verify, on a file system in memory. */
class VerifyTest {

  private static final String BINARY = "/x/home/.cvt/plugins/cvt-plugin-rest";

  private Scene scene;
  private Entry entry;

  @BeforeEach
  void open() throws Exception {
    scene = Scene.onJimfs();
    scene.install("rest", "cvt-plugin-rest", "one");
    entry = Objects.requireNonNull(scene.file().read().plugins().get("rest"));
  }

  @Test
  void binary_asInstalled_isVerified_withProgress() throws Exception {
    var steps = new ArrayList<String>();
    assertThat(
            scene.file().verify(entry, (s, done, total) -> steps.add(s + " " + done + "/" + total)))
        .isEqualTo(entry);
    assertThat(steps).containsExactly("HASH 0/3", "HASH 3/3");
  }

  @Test
  void binary_thatWasChanged_isRefusedWithAllTheFacts() throws Exception {
    var binary = scene.root().resolve("cvt-plugin-rest");
    Files.writeString(binary, "evil");
    Files.setLastModifiedTime(binary, FileTime.from(Instant.parse("2026-04-19T01:02:03.9Z")));
    assertThatThrownBy(() -> scene.file().verify(entry))
        .isInstanceOfSatisfying(
            Refused.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.MISMATCH);
              assertThat(e.where()).contains(binary);
              assertThat(e.expected()).isEqualTo(Scene.sha256("one"));
              assertThat(e.found()).isEqualTo(Scene.sha256("evil"));
            })
        .hasMessage(
            BINARY
                + " is not the file that was installed: expected 7692c3ad3540, found %s"
                    .formatted(Scene.sha256("evil").substring(0, 12))
                + ", modified 2026-04-19T01:02:03Z, installed 2026-04-17T19:00:00Z; if you changed"
                + " it yourself, run: cvt-plugins install "
                + BINARY
                + " --name rest");
  }

  @Test
  void binary_thatIsGone_isRefused() throws Exception {
    Files.delete(scene.root().resolve("cvt-plugin-rest"));
    assertThatThrownBy(() -> scene.file().verify(entry))
        .hasMessage(
            "the binary of plugin \"rest\" is gone: "
                + BINARY
                + "; install it again: cvt-plugins install PATH --name rest");
  }

  @ParameterizedTest
  @CsvSource({"''", "abc", "A_UPPER"})
  void hash_thatIsNone_isRefusedNotCompared(String hash) {
    var text = hash.equals("A_UPPER") ? "A".repeat(64) : hash;
    var broken = new Entry(BINARY, text, entry.installedAt());
    assertThatThrownBy(() -> scene.file().verify(broken))
        .hasMessage(
            "the state file has no SHA-256 of plugin \"NAME\": expected 64 hex digits, found \"%s\""
                    .formatted(text)
                + "; run: cvt-plugins install "
                + BINARY
                + " --name NAME");
  }

  @ParameterizedTest
  @CsvSource({"/etc/shadow", "/x/home/.cvt/plugins/../../secret", "secret"})
  void path_outsideTheRoot_isNotRead(String path) throws Exception {
    Files.writeString(scene.base().resolve("home/secret"), "secret");
    var foreign = new Entry(path, Scene.sha256("secret"), entry.installedAt());
    assertThatThrownBy(() -> scene.file().verify(foreign))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_PATH));
  }

  @Test
  void link_inPlaceOfTheBinary_isNotFollowed() throws Exception {
    var same = Files.writeString(scene.base().resolve("same"), "one");
    Files.delete(scene.root().resolve("cvt-plugin-rest"));
    Files.createSymbolicLink(scene.root().resolve("cvt-plugin-rest"), same);
    assertThatThrownBy(() -> scene.file().verify(entry))
        .hasMessage(
            BINARY
                + " is a symbolic link, which could be pointed elsewhere at any time; to cure it:"
                + " put in its place what it points to");
  }

  @Test
  void mismatch_whileAnInstallIsAboutToCommit_isNotBelieved() throws Exception {
    // The binary is the new one already, its entry will be in a moment.
    Files.writeString(scene.root().resolve("cvt-plugin-rest"), "two");
    var next = new Entry(BINARY, Scene.sha256("two"), Scene.NOW.atOffset(ZoneOffset.UTC));
    var lock = ExclusiveLock.of(scene.layout().lock()).acquire(Duration.ofSeconds(10));
    var committing =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (lock) {
                    Files.writeString(scene.state(), Snapshot.of(Map.of("rest", next)).toJson());
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(scene.file().verify(entry)).isEqualTo(next);
    committing.join();
  }

  @Test
  void mismatch_whileSomebodyHoldsTheLock_isLeftOpen() throws Exception {
    Files.writeString(scene.root().resolve("cvt-plugin-rest"), "evil");
    try (var _ = ExclusiveLock.of(scene.layout().lock()).acquire(Duration.ofSeconds(10))) {
      assertThatThrownBy(() -> scene.file().lockTimeout(Duration.ofMillis(30)).verify(entry))
          .hasMessageStartingWith("plugin \"rest\" could not be verified: process ")
          .hasMessageContaining(
              "(this very process) has held the lock /x/home/.cvt/plugins/state.json.lock for over"
                  + " 30 ms; wait until that process has ended, or end it, and try again");
    }
  }
}
