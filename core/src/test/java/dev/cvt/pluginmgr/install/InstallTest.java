package dev.cvt.pluginmgr.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.Installed;
import dev.cvt.pluginmgr.StateFile.Progress.Step;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Install, on a file system in memory. */
class InstallTest {

  private static final String ROOT = "/x/home/.cvt/plugins";
  private static final String ONE = "#!/bin/sh\necho one\n";
  private static final String TWO = "#!/bin/sh\necho two\n";

  private Scene scene;

  @BeforeEach
  void open() throws IOException {
    scene = Scene.onJimfs();
  }

  @AfterEach
  void close() throws IOException {
    scene.base().getFileSystem().close();
  }

  @Test
  void source_outsideTheRoot_isCopied() throws Exception {
    var installed = install(InstallRequest.of(scene.program("cvt-plugin-rest", ONE), "rest"));
    var entry =
        new Entry(ROOT + "/cvt-plugin-rest", Scene.sha256(ONE), Scene.NOW.atOffset(ZoneOffset.UTC));
    assertThat(installed).isEqualTo(new Installed(entry, Optional.empty(), true));
    assertThat(scene.file().read()).isEqualTo(Snapshot.of(Map.of("rest", entry)));
    assertThat(scene.files())
        .isEqualTo(
            Map.of(
                "cvt-plugin-rest",
                ONE,
                "state.json",
                """
                {
                  "version": 1,
                  "plugins": {
                    "rest": {
                      "binary_path": "/x/home/.cvt/plugins/cvt-plugin-rest",
                      "sha256": "%s",
                      "installed_at": "2026-04-18T10:30:00Z"
                    }
                  }
                }
                """
                    .formatted(Scene.sha256(ONE))));
  }

  @Test
  void everythingMade_isPrivate() throws Exception {
    scene.install("rest", "cvt-plugin-rest", ONE);
    scene.install("rest", "cvt-plugin-rest", TWO);
    assertThat(mode(scene.root())).isEqualTo("rwx------");
    assertThat(mode(Objects.requireNonNull(scene.root().getParent()))).isEqualTo("rwx------");
    assertThat(mode(scene.root().resolve("cvt-plugin-rest"))).isEqualTo("rwx------");
    assertThat(mode(scene.state())).isEqualTo("rw-------");
    assertThat(mode(scene.root().resolve(".previous"))).isEqualTo("rwx------");
  }

  @Test
  void root_thatIsLoose_isTightened() throws Exception {
    Files.createDirectories(scene.root());
    Files.setPosixFilePermissions(scene.root(), PosixFilePermissions.fromString("rwxrwxrwx"));
    scene.install("rest", "cvt-plugin-rest", ONE);
    assertThat(mode(scene.root())).isEqualTo("rwx------");
  }

  @Test
  void source_underTheRoot_staysWhereItIs() throws Exception {
    var program = scene.inside("mine", ONE);
    var before = Files.readAttributes(program, "basic:fileKey");
    var installed = install(InstallRequest.of(program, "rest"));
    assertThat(installed.copied()).isFalse();
    assertThat(installed.entry().binaryPath()).isEqualTo(ROOT + "/mine");
    assertThat(Files.readAttributes(program, "basic:fileKey")).isEqualTo(before);
    assertThat(mode(program)).isEqualTo("rwxr-xr-x");
  }

  @Test
  void source_inAFolderUnderTheRoot_staysThere() throws Exception {
    Files.createDirectories(scene.root().resolve("bin"));
    var installed = install(InstallRequest.of(scene.inside("bin/mine", ONE), "rest"));
    assertThat(installed.entry().binaryPath()).isEqualTo(ROOT + "/bin/mine");
    assertThat(scene.file().verify(installed.entry())).isEqualTo(installed.entry());
  }

  @Test
  void stream_isInstalledUnderThePluginsName() throws Exception {
    var bytes = new ByteArrayInputStream(ONE.getBytes(UTF_8));
    var installed = install(InstallRequest.of(bytes, "rest").expecting(Scene.sha256(ONE)));
    assertThat(installed.entry().binaryPath()).isEqualTo(ROOT + "/cvt-plugin-rest");
    assertThat(mode(scene.root().resolve("cvt-plugin-rest"))).isEqualTo("rwx------");
    assertThat(scene.files()).containsEntry("cvt-plugin-rest", ONE);
  }

  @Test
  void install_overAnother_namesBoth_andKeepsTheOldOne() throws Exception {
    scene.install("rest", "cvt-plugin-rest", ONE);
    var old = scene.file().read().plugins().get("rest");
    var installed = install(InstallRequest.of(scene.program("cvt-plugin-rest", TWO), "rest"));
    assertThat(installed.replaced()).contains(old);
    assertThat(installed.entry().sha256()).isEqualTo(Scene.sha256(TWO));
    assertThat(scene.files())
        .containsEntry("cvt-plugin-rest", TWO)
        .containsEntry(".previous/rest/" + Scene.sha256(ONE), ONE)
        .hasSize(3);
  }

  @Test
  void install_timeAndAgain_keepsOneOldBinaryOnly() throws Exception {
    for (var content : List.of("a", "b", "c", "d")) {
      scene.install("rest", "cvt-plugin-rest", content);
    }
    assertThat(scene.files()).containsEntry(".previous/rest/" + Scene.sha256("c"), "c").hasSize(3);
  }

  @Test
  void rollback_returnsToTheOldBinary_andASecondOneUndoesIt() throws Exception {
    scene.install("rest", "cvt-plugin-rest", ONE);
    scene.install("rest", "cvt-plugin-rest", TWO);
    var back = scene.installer(Scene.NOW).rollback("rest");
    assertThat(back)
        .isEqualTo(
            new Entry(
                ROOT + "/cvt-plugin-rest", Scene.sha256(ONE), Scene.NOW.atOffset(ZoneOffset.UTC)));
    assertThat(scene.files())
        .containsEntry("cvt-plugin-rest", ONE)
        .containsEntry(".previous/rest/" + Scene.sha256(TWO), TWO)
        .hasSize(3);
    assertThat(scene.installer(Scene.NOW).rollback("rest").sha256()).isEqualTo(Scene.sha256(TWO));
    assertThat(scene.files()).containsEntry("cvt-plugin-rest", TWO).hasSize(3);
  }

  @Test
  void rollback_afterAnInstallUnderAnotherFileName_keepsTheNewPath() throws Exception {
    scene.install("rest", "cvt-plugin-rest", ONE);
    scene.install("rest", "cvt-plugin-rest-2", TWO);
    var back = scene.installer(Scene.NOW).rollback("rest");
    assertThat(back.binaryPath()).isEqualTo(ROOT + "/cvt-plugin-rest-2");
    assertThat(scene.files()).containsEntry("cvt-plugin-rest-2", ONE);
  }

  @Test
  void rollback_withNothingKept_saysSo() throws Exception {
    scene.install("rest", "cvt-plugin-rest", ONE);
    assertThatThrownBy(() -> scene.file().rollback("rest"))
        .hasMessage(
            "plugin \"rest\" has no earlier binary to go back to; install the one that you want:"
                + " cvt-plugins install PATH --name rest");
  }

  @Test
  void rollback_toABinaryThatWasTamperedWith_isRefused() throws Exception {
    scene.install("rest", "cvt-plugin-rest", ONE);
    scene.install("rest", "cvt-plugin-rest", TWO);
    Files.writeString(scene.root().resolve(".previous/rest").resolve(Scene.sha256(ONE)), "evil");
    assertThatThrownBy(() -> scene.file().rollback("rest"))
        .hasMessage(
            "the earlier binary of plugin \"rest\" was changed since it was kept: expected %s,"
                    .formatted(Scene.sha256(ONE).substring(0, 12))
                + " found %s; install the one that you want: cvt-plugins install PATH --name rest"
                    .formatted(Scene.sha256("evil").substring(0, 12)));
    assertThat(scene.files()).containsEntry("cvt-plugin-rest", TWO);
    assertThat(scene.leftovers()).isEmpty();
  }

  @Test
  void progress_tellsCopyingAndHashing() throws Exception {
    var steps = new ArrayList<String>();
    var program = scene.program("cvt-plugin-rest", ONE);
    install(
        InstallRequest.of(program, "rest")
            .reporting((step, done, total) -> steps.add(step + " " + done + "/" + total)));
    int size = ONE.length();
    assertThat(steps)
        .startsWith("COPY 0/" + size)
        .contains("COPY " + size + "/" + size, "HASH 0/" + size)
        .endsWith("HASH " + size + "/" + size);
    assertThat(Step.values()).hasSize(2);
  }

  @Test
  void source_underTheRoot_writtenToAfterItWasHashed_isHashedAgain() throws Exception {
    var program = scene.inside("mine", ONE);
    var longer = TWO + "exit\n";
    var installed =
        install(
            InstallRequest.of(program, "rest")
                .reporting(
                    (_, done, total) -> {
                      if (done == ONE.length() && done == total) {
                        write(program, longer);
                      }
                    }));
    assertThat(installed.entry().sha256()).isEqualTo(Scene.sha256(longer));
  }

  @Test
  void whatIsKeptOfAPluginThatIsNotThere_isSweptByTheNext() throws Exception {
    Files.createDirectories(scene.root().resolve(".previous/gone"));
    var kept = scene.inside(".previous/gone/" + Scene.sha256(ONE), ONE);
    install(InstallRequest.of(scene.program("cvt-plugin-rest", TWO), "rest"));
    assertThat(kept).doesNotExist();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void clock_thatWasSetBack_doesNoHarm() throws Exception {
    scene.installer(Scene.NOW).install(InstallRequest.of(scene.program("p", ONE), "rest"));
    scene.installer(Scene.THEN).install(InstallRequest.of(scene.program("p", TWO), "rest"));
    var entry = Objects.requireNonNull(scene.file().read().plugins().get("rest"));
    assertThat(entry.installedAt()).isEqualTo(Scene.THEN.atOffset(ZoneOffset.UTC));
    assertThat(scene.file().verify(entry)).isEqualTo(entry);
    assertThat(scene.installer(Scene.THEN.minusSeconds(99)).rollback("rest").sha256())
        .isEqualTo(Scene.sha256(ONE));
  }

  @Test
  void goTempFile_isSweptByTheNext_butNeverAnInstalledBinary() throws Exception {
    var registered = scene.inside("odd.tmp-7", ONE);
    Files.writeString(
        scene.state(),
        Snapshot.of(
                Map.of(
                    "odd",
                    new Entry(
                        registered.toString(),
                        Scene.sha256(ONE),
                        Scene.THEN.atOffset(ZoneOffset.UTC))))
            .toJson());
    scene.inside("cvt-plugin-rest.tmp-123456", "half");
    scene.inside("state-99.json.tmp", "half");
    scene.install("rest", "cvt-plugin-rest", ONE);
    assertThat(scene.files()).containsOnlyKeys("cvt-plugin-rest", "odd.tmp-7", "state.json");
  }

  @Test
  void stagedFile_ofALivingProcess_isNotSwept() throws Exception {
    var self = ProcessHandle.current().pid();
    var mine = scene.layout().staged();
    assertThat(mine.getFileName().toString()).startsWith(".staged-" + self + "-");
    scene.inside(mine.getFileName().toString(), "half");
    scene.inside(scene.layoutOfTheDead().staged().getFileName().toString(), "half");
    scene.install("rest", "cvt-plugin-rest", ONE);
    assertThat(scene.files())
        .containsOnlyKeys("cvt-plugin-rest", "state.json", mine.getFileName().toString());
  }

  @ParameterizedTest
  @MethodSource
  void request_thatCannotBe_isRefusedToTheLetter(Setting setting, Reason reason, String message)
      throws Exception {
    scene.install("echo", "cvt-plugin-echo", ONE);
    var before = scene.files();
    var request = setting.make(scene);
    var prepared = scene.files();
    prepared.keySet().removeAll(before.keySet());
    assertThatThrownBy(() -> install(request))
        .isInstanceOf(Refused.class)
        .hasMessage(message)
        .extracting(e -> ((Refused) e).reason())
        .isEqualTo(reason);
    var after = scene.files();
    after.keySet().removeAll(prepared.keySet());
    assertThat(after).as("nothing was changed").isEqualTo(before);
  }

  private interface Setting {
    InstallRequest make(Scene scene) throws IOException;
  }

  static Stream<Arguments> request_thatCannotBe_isRefusedToTheLetter() {
    var names =
        "; a name begins with a lower-case letter, holds only a-z, 0-9 and -, and has at most 32"
            + " characters";
    return Stream.of(
        refused(
            s -> InstallRequest.of(s.program("p", ONE), "Rest"),
            Reason.BAD_NAME,
            "not a plugin name: \"Rest\"" + names),
        refused(
            s -> InstallRequest.of(s.program("p", ONE), "rest\n"),
            Reason.BAD_NAME,
            "not a plugin name: \"rest\uFFFD\"" + names),
        refused(
            s -> InstallRequest.of(s.program("p", ONE), "a".repeat(33)),
            Reason.BAD_NAME,
            "not a plugin name: \"" + "a".repeat(33) + "\"" + names),
        refused(
            s -> InstallRequest.of(s.base().resolve("src/none"), "rest"),
            Reason.BAD_SOURCE,
            "/x/src/none does not exist; give the path of the plugin's program"),
        refused(
            s -> InstallRequest.of(s.base().resolve("src"), "rest"),
            Reason.BAD_SOURCE,
            "/x/src is a folder; give the program inside it"),
        refused(
            s ->
                InstallRequest.of(
                    Files.createSymbolicLink(
                        s.base().resolve("src/link"), s.program("cvt-plugin-rest", ONE)),
                    "rest"),
            Reason.BAD_SOURCE,
            "/x/src/link is a symbolic link; give what it points to: /x/src/cvt-plugin-rest"),
        refused(
            s ->
                InstallRequest.of(
                    Files.createSymbolicLink(
                        s.base().resolve("src/link"), s.base().resolve("nowhere")),
                    "rest"),
            Reason.BAD_SOURCE,
            "/x/src/link is a symbolic link; give what it points to"),
        refused(
            s -> InstallRequest.of(notExecutable(s.program("it's", ONE)), "rest"),
            Reason.BAD_SOURCE,
            "/x/src/it's is not executable; run: chmod +x '/x/src/it'\\''s'"),
        refused(
            s -> InstallRequest.of(s.program("empty", ""), "rest"),
            Reason.BAD_SOURCE,
            "/x/src/empty is empty; give the program itself"),
        refused(
            s -> InstallRequest.of(new ByteArrayInputStream(new byte[0]), "rest"),
            Reason.BAD_SOURCE,
            "the stream is empty; give the program itself"),
        refused(
            s -> InstallRequest.of(s.program("p", ONE), "rest").expecting("abc"),
            Reason.BAD_HASH,
            "not a SHA-256: \"abc\"; give all 64 hex digits, as sha256sum prints them"),
        refused(
            s -> InstallRequest.of(s.program("p", ONE), "rest").expecting(Scene.sha256(TWO)),
            Reason.UNEXPECTED_HASH,
            "plugin \"rest\" was not installed: expected SHA-256 %s, found %s; get the file again"
                    .formatted(
                        Scene.sha256(TWO).substring(0, 12), Scene.sha256(ONE).substring(0, 12))
                + " from where that hash was published; nothing was changed"),
        refused(
            s -> InstallRequest.of(s.program("cvt-plugin-echo", TWO), "rest"),
            Reason.TAKEN,
            ROOT
                + "/cvt-plugin-echo already belongs to plugin \"echo\"; rename the source file, or"
                + " install it as \"echo\", or first run: cvt-plugins remove echo"),
        refused(
            s -> InstallRequest.of(s.root().resolve("cvt-plugin-echo"), "rest"),
            Reason.TAKEN,
            ROOT
                + "/cvt-plugin-echo already belongs to plugin \"echo\"; rename the source file, or"
                + " install it as \"echo\", or first run: cvt-plugins remove echo"),
        refused(
            s -> {
              Files.createDirectories(s.root().resolve("p"));
              return InstallRequest.of(s.program("p", ONE), "rest");
            },
            Reason.TAKEN,
            ROOT + "/p is a folder; rename the source file, or that folder"),
        refused(
            s -> InstallRequest.of(worldWritable(s.inside("loose", ONE)), "rest"),
            Reason.UNSAFE,
            ROOT
                + "/loose can be written to by everybody; to cure it: chmod go-w "
                + ROOT
                + "/loose"),
        reserved("state.json"),
        reserved("state.json.lock"),
        reserved("state.json.intent"),
        reserved("state-1.json.tmp"),
        reserved("x.tmp-1"),
        reserved(".run"),
        reserved(".previous"),
        reserved(".staged-x"),
        refused(
            s -> {
              Files.createDirectories(s.root().resolve(".run/x"));
              return InstallRequest.of(s.inside(".run/x/p", ONE), "rest");
            },
            Reason.TAKEN,
            ROOT
                + "/.run/x/p is the manager's own; put the program elsewhere and install it from"
                + " there"));
  }

  private static Arguments refused(Setting setting, Reason reason, String message) {
    return arguments(setting, reason, message);
  }

  private static Arguments reserved(String name) {
    return refused(
        s -> InstallRequest.of(s.program(name, ONE), "rest"),
        Reason.TAKEN,
        "the name \"%s\" is one that the manager itself uses under %s; rename the source file"
            .formatted(name, ROOT));
  }

  @Test
  void hash_inUpperCase_isTaken() throws Exception {
    var hash = Scene.sha256(ONE).toUpperCase(java.util.Locale.ROOT);
    var request = InstallRequest.of(scene.program("p", ONE), "rest").expecting(hash);
    assertThat(install(request).entry().sha256()).isEqualTo(Scene.sha256(ONE));
  }

  @Test
  void stateThatCannotBeRead_stopsTheInstall_andIsLeftAlone() throws Exception {
    scene.inside("state.json", "{\"version\": 2}");
    assertThatThrownBy(() -> scene.install("rest", "cvt-plugin-rest", ONE))
        .hasMessage(
            scene.state()
                + " has version 2, and this program reads version 1; use the program that wrote it,"
                + " or a newer version of this one");
    assertThat(scene.files()).isEqualTo(Map.of("state.json", "{\"version\": 2}"));
  }

  @Test
  void write_replacesAll_butKeepsWhatItDoesNotKnow() throws Exception {
    scene.inside(
        "state.json",
        "{\"later\": 1, \"plugins\": {\"a\": {\"sha256\": \"x\", \"note\": true}, \"b\": {}}}");
    var entry = new Entry("/p", "y", Scene.NOW.atOffset(ZoneOffset.UTC));
    scene.file().write(Snapshot.of(Map.of("a", entry)));
    assertThat(Files.readString(scene.state()))
        .isEqualTo(
            """
            {
              "version": 1,
              "plugins": {
                "a": {
                  "binary_path": "/p",
                  "sha256": "y",
                  "installed_at": "2026-04-18T10:30:00Z",
                  "note": true
                }
              },
              "later": 1
            }
            """);
  }

  @Test
  void write_overAFileThatIsNoState_isRefused() throws Exception {
    scene.inside("state.json", "");
    assertThatThrownBy(() -> scene.file().write(Snapshot.empty()))
        .hasMessageStartingWith(scene.state() + " is empty; ");
    assertThat(scene.files()).containsEntry("state.json", "");
  }

  private Installed install(InstallRequest request) throws InterruptedException {
    return scene.installer(Scene.NOW).install(request);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static Path notExecutable(Path path) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static Path worldWritable(Path path) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
  }
}
