package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is made of the note that a dead install left behind. */
class HealerTest {

  private Scene scene;
  private Path binary;
  private Entry old;
  private Entry fresh;

  @BeforeEach
  void open() throws Exception {
    scene = Scene.onJimfs();
    scene.install("rest", "cvt-plugin-rest", "old");
    binary = scene.root().resolve("cvt-plugin-rest");
    old = entry(binary, "old", Scene.THEN);
    fresh = entry(binary, "new", Scene.NOW);
  }

  @Test
  void swapped_butNotRecorded_isFinished() throws Exception {
    leave(Optional.of(old), "new");
    assertThat(entryAfterTheNext("rest")).contains(fresh);
    assertThat(Files.readString(binary)).isEqualTo("new");
    assertThat(scene.installer(Scene.NOW).rollback("rest").sha256()).isEqualTo(old.sha256());
  }

  @Test
  void notSwapped_isForgotten() throws Exception {
    leave(Optional.of(old), "old");
    assertThat(entryAfterTheNext("rest")).contains(old);
    assertThat(scene.file().inspect("rest").previous()).isEmpty();
  }

  @Test
  void recorded_isTidiedUp() throws Exception {
    leave(Optional.of(fresh), "new");
    assertThat(entryAfterTheNext("rest")).contains(fresh);
    assertThat(scene.file().inspect("rest").previous()).contains(old.sha256());
  }

  @Test
  void entryThatSomebodyElseWroteMeanwhile_stands() throws Exception {
    var theirs = entry(binary, "theirs", Scene.NOW.plusSeconds(5));
    leave(Optional.of(theirs), "theirs");
    assertThat(entryAfterTheNext("rest")).contains(theirs);
    assertThat(Files.readString(binary)).isEqualTo("theirs");
  }

  @Test
  void entryThatSomebodyElseRemovedMeanwhile_staysRemoved() throws Exception {
    leave(Optional.empty(), "new");
    assertThat(entryAfterTheNext("rest")).isEmpty();
  }

  @Test
  void placeThatAnotherPluginTookMeanwhile_isLeftToIt() throws Exception {
    leave(Optional.of(old), "new");
    scene
        .file() // as a Go program would, which heals nothing
        .read();
    var plugins = new TreeMap<>(scene.file().read().plugins());
    plugins.put("other", fresh);
    Files.writeString(scene.state(), Snapshot.of(plugins).toJson());
    assertThat(entryAfterTheNext("rest")).contains(old);
    assertThat(scene.file().read().plugins().get("other")).isEqualTo(fresh);
    assertThat(Files.readString(binary)).isEqualTo("new");
  }

  @Test
  void binaryThatIsNeither_isLeftToVerify() throws Exception {
    leave(Optional.of(old), "evil");
    assertThat(entryAfterTheNext("rest")).contains(old);
    assertThatThrownBy(() -> scene.file().verify(old))
        .hasMessageContaining("is not the file that was installed");
  }

  @ParameterizedTest
  @MethodSource
  void intent_thatLeadsElsewhere_isRefused_andNothingIsTouched(String from, String to)
      throws Exception {
    leave(Optional.of(old), "new");
    var path = scene.layout().intent().path();
    var text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
    Files.writeString(scene.base().resolve("home/victim"), "new");
    var before = scene.files();
    assertThatThrownBy(() -> entryAfterTheNext("rest"))
        .isInstanceOfSatisfying(
            Refused.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREADABLE))
        .hasMessage(
            path
                + " speaks of files that no install would touch; somebody has tampered with it:"
                + " delete it and see what holds: rm "
                + path
                + " && cvt-plugins verify");
    assertThat(scene.files()).isEqualTo(before);
    assertThat(scene.base().resolve("home/victim")).hasContent("new");
  }

  static Stream<Arguments> intent_thatLeadsElsewhere_isRefused_andNothingIsTouched() {
    return Stream.of(
        arguments("plugins/cvt-plugin-rest", "plugins/../../victim"),
        arguments("plugins/cvt-plugin-rest", "plugins/state.json"),
        arguments("plugins/cvt-plugin-rest", "plugins/.run/x"),
        arguments("\".staged-", "\"../../victim-"),
        arguments("\".staged-", "\"cvt-plugin-rest-"),
        arguments("\"undo\": \"", "\"undo\": \"../../../../victim-"),
        arguments("\"rest\"", "\"../x\""));
  }

  @ParameterizedTest
  @MethodSource
  void intent_thatIsNone_isRefused(String text) throws Exception {
    var path = scene.layout().intent().path();
    Files.writeString(path, text);
    assertThatThrownBy(() -> entryAfterTheNext("rest"))
        .hasMessage(
            path
                + " is not the note of an unfinished install that this program can read; use the"
                + " program that wrote it; if nobody did, delete it and see what holds: rm "
                + path
                + " && cvt-plugins verify");
    assertThat(Files.readString(path)).isEqualTo(text);
  }

  static Stream<String> intent_thatIsNone_isRefused() {
    return Stream.of("", "{", "[]", "{\"version\": 2}", "{\"version\": 1}");
  }

  @Test
  void intent_thatIsALink_isRefused() throws Exception {
    Files.createSymbolicLink(scene.layout().intent().path(), scene.state());
    assertThatThrownBy(() -> entryAfterTheNext("rest"))
        .hasMessageContaining("is not the note of an unfinished install");
  }

  /** As an install of "new" would leave it that died; with this entry and these bytes there now. */
  private void leave(Optional<Entry> entry, String bytes) throws IOException {
    var previous = Files.createDirectories(scene.root().resolve(".previous/rest"));
    Files.writeString(previous.resolve(old.sha256()), "old");
    var staged = scene.layoutOfTheDead().staged();
    Files.writeString(staged, "new");
    new Intent(
            "rest",
            Optional.of(old),
            fresh,
            staged.getFileName().toString(),
            Optional.of(old.sha256()))
        .write(scene.layout().intent());
    Files.writeString(binary, bytes);
    Files.writeString(
        scene.state(), Snapshot.of(entry.map(e -> Map.of("rest", e)).orElse(Map.of())).toJson());
  }

  private Optional<Entry> entryAfterTheNext(String name) throws Exception {
    scene.install("next", "cvt-plugin-next", "next");
    assertThat(scene.leftovers()).isEmpty();
    return Optional.ofNullable(scene.file().read().plugins().get(name));
  }

  private static Entry entry(Path binary, String content, Instant at) {
    return new Entry(binary.toString(), Scene.sha256(content), at.atOffset(ZoneOffset.UTC));
  }
}
