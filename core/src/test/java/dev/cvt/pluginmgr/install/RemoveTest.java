package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.StateFile.Running;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Remove, reset and inspect, on a file system in memory. */
class RemoveTest {

  private static final String ROOT = "/x/home/.cvt/plugins";

  private Scene scene;

  @BeforeEach
  void open() throws IOException {
    scene = Scene.onJimfs();
  }

  @Test
  void remove_forgetsTheEntry_andDeletesTheBinaryAndWhatWasKept() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    scene.install("rest", "cvt-plugin-rest", "two");
    scene.install("echo", "cvt-plugin-echo", "echo");
    scene.file().remove("rest");
    assertThat(scene.files()).containsOnlyKeys("cvt-plugin-echo", "state.json");
    assertThat(scene.file().read().plugins()).containsOnlyKeys("echo");
  }

  @Test
  void remove_ofABinaryThatIsGone_isFine() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    Files.delete(scene.root().resolve("cvt-plugin-rest"));
    scene.file().remove("rest");
    assertThat(scene.file().read()).isEqualTo(Snapshot.empty());
  }

  @Test
  void remove_ofABinaryThatAnotherEntryNames_leavesItThere() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    var entry = scene.file().read().plugins().get("rest");
    scene.file().write(Snapshot.of(Map.of("rest", entry, "same", entry)));
    scene.file().remove("rest");
    assertThat(scene.files()).containsKey("cvt-plugin-rest");
    scene.file().remove("same");
    assertThat(scene.files()).containsOnlyKeys("state.json");
  }

  @Test
  void remove_ofNothing_namesWhatIsThere_andMakesNoFiles() throws Exception {
    assertThatThrownBy(() -> scene.file().remove("rest"))
        .hasMessage("plugin \"rest\" is not installed; run: cvt-plugins install PATH --name rest");
    assertThat(scene.root()).doesNotExist();
    scene.install("b", "b", "b");
    scene.install("a", "a", "a");
    assertThatThrownBy(() -> scene.file().remove("rest"))
        .hasMessage(
            "plugin \"rest\" is not installed; run: cvt-plugins install PATH --name rest"
                + " (installed: a, b)");
  }

  @Test
  void remove_ofAPluginThatAManagerRuns_isRefusedUnlessForced() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    try (var run = RunFolder.open(scene.file())) {
      run.claim("rest");
      var self = ProcessHandle.current().pid();
      assertThatThrownBy(() -> scene.file().remove("rest"))
          .isInstanceOfSatisfying(
              Refused.class, e -> assertThat(e.reason()).isEqualTo(Reason.RUNNING))
          .hasMessageStartingWith("plugin \"rest\" is run by process " + self + " (")
          .hasMessageEndingWith(
              "; stop that first, or remove the plugin all the same with --force: what runs is not"
                  + " disturbed, but cannot be started again");
      assertThat(scene.file().inspect("rest").running())
          .extracting(Running::pid)
          .containsExactly(self);
      run.release("rest");
      run.claim("other");
      assertThat(scene.file().inspect("rest").running()).isEmpty();
      run.claim("rest");
      scene.file().remove("rest", true);
      assertThat(scene.file().read()).isEqualTo(Snapshot.empty());
    }
  }

  @Test
  void remove_ofAPluginThatADeadManagerRan_isDone() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    RunFolder.open(scene.file()); // and its process dies
    var dead = scene.root().resolve(".run").resolve(Scene.DEAD + "/rest");
    Files.createDirectories(dead);
    scene.file().remove("rest");
    assertThat(scene.file().read()).isEqualTo(Snapshot.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "/x/home/.cvt/plugins",
        "/x/home/.cvt/plugins/../victim",
        "/x/home/.cvt/plugins-2/victim",
        "plugins/victim",
        "",
        "/x/home/.cvt/plugins/folder",
        "/x/home/.cvt/plugins/state.json",
        "/x/home/.cvt/plugins/.run/x"
      })
  void remove_ofAnEntryThatLeadsElsewhere_deletesNothing(String path) throws Exception {
    scene.inside("keep", "keep");
    Files.createDirectory(scene.root().resolve("folder"));
    var entry = new Entry(path, Scene.sha256("x"), Scene.NOW.atOffset(ZoneOffset.UTC));
    Files.writeString(scene.state(), Snapshot.of(Map.of("rest", entry)).toJson());
    var before = scene.files();
    assertThatThrownBy(() -> scene.file().remove("rest"))
        .hasMessage(
            "the state file names \"%s\" as the binary of plugin \"rest\", which is not a file"
                    .formatted(path)
                + " under "
                + ROOT
                + "; run: cvt-plugins reset rest, then install it again");
    assertThat(scene.files()).isEqualTo(before);
    assertThat(scene.root().resolve("folder")).isDirectory();
    scene.file().reset("rest");
    assertThat(scene.file().read()).isEqualTo(Snapshot.empty());
  }

  @Test
  void reset_forgetsTheEntry_andTouchesNoBinary() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    scene.file().reset("rest");
    assertThat(scene.file().read()).isEqualTo(Snapshot.empty());
    assertThat(scene.files()).containsEntry("cvt-plugin-rest", "one");
    assertThatThrownBy(() -> scene.file().reset("rest"))
        .hasMessageStartingWith("plugin \"rest\" is not installed");
  }

  @Test
  void reset_takesNamesThatNoInstallWould() throws Exception {
    Files.createDirectories(scene.root());
    Files.writeString(scene.state(), "{\"plugins\": {\"Not A Name\": {}}}");
    scene.file().reset("Not A Name");
    assertThat(scene.file().read()).isEqualTo(Snapshot.empty());
  }

  @Test
  void inspect_tellsWhatIsKnown() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    scene.install("rest", "cvt-plugin-rest", "two!");
    var inspection = scene.file().inspect("rest");
    assertThat(inspection.entry()).isEqualTo(scene.file().read().plugins().get("rest"));
    assertThat(inspection.binary())
        .hasValueSatisfying(
            binary -> {
              assertThat(binary.size()).isEqualTo(4);
              assertThat(binary.mode()).isEqualTo("rwx------");
              assertThat(binary.owner()).isEqualTo("user");
            });
    assertThat(inspection.problem()).isEmpty();
    assertThat(inspection.previous()).contains(Scene.sha256("one"));
  }

  @Test
  void inspect_tellsWhatIsWrong() throws Exception {
    scene.install("rest", "cvt-plugin-rest", "one");
    Files.delete(scene.root().resolve("cvt-plugin-rest"));
    var inspection = scene.file().inspect("rest");
    assertThat(inspection.binary()).isEqualTo(Optional.empty());
    assertThat(inspection.problem().map(Refused::getMessage))
        .contains(
            "the binary of plugin \"rest\" is gone: "
                + ROOT
                + "/cvt-plugin-rest; install it again: cvt-plugins install PATH --name rest");
  }
}
