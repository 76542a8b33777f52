package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cvt.plugins.CommandHome.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The subcommands that work on the state file and the binaries: every text, every exit code. */
class InstalledPluginsTest {
  private static final String ZEROS = "0".repeat(64);

  @TempDir private Path folder;
  private CommandHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(folder);
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void state(String plugins) throws IOException {
    home.write("plugins/state.json", "{\"version\": 1, \"plugins\": {" + plugins + "}}\n");
  }

  private String entry(String name, String hash, String time) {
    return "\"%s\": {\"binary_path\": \"%s\", \"sha256\": \"%s\", \"installed_at\": \"%s\"}"
        .formatted(name, home.binary(name), hash, time);
  }

  private Said refused(String text) {
    return new Said(1, "", "cvt-plugins: " + text + "\n");
  }

  // list

  @Test
  void list_withNothingInstalled_saysHowToInstall() {
    assertThat(home.run("list"))
        .isEqualTo(new Said(0, "No plugins installed. Try `cvt-plugins install <path>`.\n", ""));
  }

  @Test
  void list_isATable() throws IOException {
    state(
        entry("rest", "a1b2c3d4e5f6".repeat(5) + "abcd", "2026-04-17T19:00:00Z")
            + ","
            + entry("a-longer-name", ZEROS, "2026-04-17T21:30:00+02:00"));

    assertThat(home.run("list"))
        .isEqualTo(
            new Said(
                0,
                """
                NAME           SHA256        INSTALLED                BINARY
                a-longer-name  000000000000  2026-04-17 19:30:00 UTC  %s
                rest           a1b2c3d4e5f6  2026-04-17 19:00:00 UTC  %s
                """
                    .formatted(home.binary("a-longer-name"), home.binary("rest")),
                ""));
  }

  @Test
  void list_asJson_isWhatStandsInTheStateFile() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("list", "--json"))
        .isEqualTo(new Said(0, Files.readString(home.root().resolve("state.json")), ""));
  }

  @Test
  void list_asJson_withNothingInstalled_isAnEmptyState() {
    assertThat(home.run("list", "--json"))
        .isEqualTo(new Said(0, "{\n  \"version\": 1,\n  \"plugins\": {}\n}\n", ""));
  }

  @Test
  void list_ofAStateFileThatIsNone_isRefused() throws IOException {
    home.write("plugins/state.json", "{\"version\": 1, \"plug");

    assertThat(home.run("list"))
        .isEqualTo(
            refused(
                "%s/state.json:1:21 cannot be read: it ends in the middle; restore it from a backup, or delete it and install the plugins again"
                    .formatted(home.root())));
  }

  // install

  @Test
  void install_takesTheNameFromTheFile_andSaysWhatToAddToTheConfig() throws IOException {
    var program = home.program("rest", "exit 1");

    assertThat(home.run("install", program.toString()))
        .isEqualTo(
            new Said(
                0,
                "Installed rest\n  binary  %s\n  sha256  %s\n"
                    .formatted(home.binary("rest"), sha256(program)),
                """
                Add it to %s, and bind it to the hooks it serves:
                  plugins:
                    rest:
                      binary: ~/.cvt/plugins/cvt-plugin-rest
                  hooks:
                    fetch_schema: rest
                """
                    .formatted(home.config())));
    assertThat(home.binary("rest")).hasSameBinaryContentAs(program);
  }

  @Test
  void install_ofAnotherBuild_saysWhatWasThereAndTheWayBack() throws IOException {
    var first = sha256(home.install("rest", "exit 1"));
    var program = home.program("rest", "exit 2");

    assertThat(home.run("install", program.toString()))
        .isEqualTo(
            new Said(
                0,
                "Replaced rest\n  binary  %s\n  was     %s\n  sha256  %s\n"
                    .formatted(home.binary("rest"), first, sha256(program)),
                "To go back: cvt-plugins rollback rest\n"));
  }

  @Test
  void install_ofTheSameBuild_saysSo() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("install", home.binary("rest").toString()))
        .isEqualTo(
            new Said(
                0,
                "Installed again: rest\n  binary  %s\n  sha256  %s\n"
                    .formatted(home.binary("rest"), sha256(home.binary("rest"))),
                ""));
  }

  @Test
  void install_fromStandardInput_needsAName() {
    assertThat(home.runGiven("#!/bin/sh\n", "install", "-"))
        .isEqualTo(
            new Said(
                2,
                "",
                "cvt-plugins: standard input has no name; say which plugin it is: --name NAME\n"));
  }

  @Test
  void install_fromStandardInput_withTheHashThatWasPublished() throws IOException {
    var program = home.program("rest", "exit 1");

    var said =
        home.runGiven(
            Files.readString(program),
            "install",
            "-",
            "--name",
            "rest",
            "--sha256",
            sha256(program));

    assertThat(said.code()).isZero();
    assertThat(said.out()).startsWith("Installed rest\n");
    assertThat(home.binary("rest")).hasSameBinaryContentAs(program);
  }

  @Test
  void install_ofOtherBytesThanExpected_changesNothing() throws IOException {
    var program = home.program("rest", "exit 1");

    assertThat(home.run("install", program.toString(), "--sha256", ZEROS))
        .isEqualTo(
            refused(
                "plugin \"rest\" was not installed: expected SHA-256 000000000000, found %s; get"
                        .formatted(sha256(program).substring(0, 12))
                    + " the file again from where that hash was published; nothing was changed"));
    assertThat(home.run("list").out()).startsWith("No plugins installed.");
  }

  @Test
  void install_ofNothing_isRefused() {
    var nowhere = home.folder().resolve("nowhere");

    assertThat(home.run("install", nowhere.toString()))
        .isEqualTo(refused(nowhere + " does not exist; give the path of the plugin's program"));
  }

  @Test
  void install_withABadName_isRefused() throws IOException {
    var program = home.program("rest", "exit 1");

    assertThat(home.run("install", program.toString(), "--name", "Rest"))
        .isEqualTo(
            refused(
                "not a plugin name: \"Rest\"; a name begins with a lower-case letter, holds only"
                    + " a-z, 0-9 and -, and has at most 32 characters"));
  }

  // remove

  @Test
  void remove_takesEntryAndBinary() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("remove", "rest"))
        .isEqualTo(new Said(0, "Removed rest (" + home.binary("rest") + ")\n", ""));
    assertThat(home.binary("rest")).doesNotExist();
    assertThat(home.run("list").out()).startsWith("No plugins installed.");
  }

  @Test
  void remove_ofWhatIsNotInstalled_namesWhatIs() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("remove", "res"))
        .isEqualTo(
            refused(
                "plugin \"res\" is not installed; run: cvt-plugins install PATH --name res"
                    + " (installed: rest)"));
  }

  @Test
  void remove_ofAPathOutsideTheRoot_deletesNothing() throws IOException {
    var stranger = Files.writeString(home.folder().resolve("letter"), "dear");
    state(
        "\"rest\": {\"binary_path\": \"%s\", \"sha256\": \"%s\", \"installed_at\": \"2026-04-17T19:00:00Z\"}"
            .formatted(stranger, ZEROS));

    assertThat(home.run("remove", "rest"))
        .isEqualTo(
            refused(
                "the state file names \"%s\" as the binary of plugin \"rest\", which is not a file under %s; run: cvt-plugins reset rest, then install it again"
                    .formatted(stranger, home.root())));
    assertThat(stranger).exists();
  }

  // verify

  @Test
  void verify_withNothingInstalled_saysSo() {
    assertThat(home.run("verify")).isEqualTo(new Said(0, "No plugins installed.\n", ""));
  }

  @Test
  void verify_tellsOfEach_andFailsIfOneIsRefused() throws IOException {
    var good = sha256(home.install("good", "exit 1"));
    home.install("gone", "exit 1");
    Files.delete(home.binary("gone"));

    assertThat(home.run("verify"))
        .isEqualTo(
            new Said(
                1,
                """
                refused  gone  the binary of plugin "gone" is gone: %s; install it again: cvt-plugins install PATH --name gone
                ok       good  %s
                """
                    .formatted(home.binary("gone"), good),
                ""));
  }

  @Test
  void verify_asJson_hasTheSameFacts() throws IOException {
    var good = sha256(home.install("good", "exit 1"));
    home.install("gone", "exit 1");
    Files.delete(home.binary("gone"));

    assertThat(home.run("verify", "--json"))
        .isEqualTo(
            new Said(
                1,
                """
                {"plugins":[{"name":"gone","ok":false,"problem":"the binary of plugin \\"gone\\" is gone: %s; install it again: cvt-plugins install PATH --name gone"},{"name":"good","ok":true,"sha256":"%s"}]}
                """
                    .formatted(home.binary("gone"), good),
                ""));
  }

  @Test
  void verify_ofOne_looksAtNoOther() throws IOException {
    var good = sha256(home.install("good", "exit 1"));
    home.install("gone", "exit 1");
    Files.delete(home.binary("gone"));

    assertThat(home.run("verify", "good"))
        .isEqualTo(new Said(0, "ok       good  " + good + "\n", ""));
  }

  @Test
  void verify_ofWhatIsNotInstalled_namesWhatIs() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("verify", "other"))
        .isEqualTo(refused("no plugin called other is installed; installed are: rest"));
  }

  // inspect

  @Test
  void inspect_showsEntryFileAndConfig_withSecretsMasked() throws IOException {
    var hash = sha256(home.install("rest", "exit 1"));
    home.configure(
        "rest",
        """
            timeout: 250ms
            on_error: fail_open
            secrets: [token]
            config: {base_url: http://localhost, token: "${TOKEN}"}
        """,
        "fetch_schema",
        "on_validation_failed");

    var said = home.run("inspect", "rest");

    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out())
        .matches(
            """
            name             rest
            binary           \\Q%s\\E
            sha256           %s
            installed        \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ
            size             17 bytes
            mode             rwx------ \\S+
            modified         \\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z
            timeout          250ms
            on_error         fail_open
            config.base_url  http://localhost
            config.token     \\*\\*\\*\\*
            hooks            fetch_schema, on_validation_failed
            """
                .formatted(home.binary("rest"), hash));
  }

  @Test
  void inspect_ofABinaryThatIsGone_saysSoAndFails() throws IOException {
    home.install("rest", "exit 1");
    Files.delete(home.binary("rest"));

    var said = home.run("inspect", "rest");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .contains(
            "problem    the binary of plugin \"rest\" is gone: %s; install it again: cvt-plugins install PATH --name rest\n"
                .formatted(home.binary("rest")))
        .endsWith("config     there is no " + home.config() + "\n");
  }

  @Test
  void inspect_whereTheConfigIsBroken_showsTheRestAndWhereToLook() throws IOException {
    home.install("rest", "exit 1");
    home.write("config.yaml", "plugins: [\n");

    var said = home.run("inspect", "rest");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out())
        .startsWith("name       rest\n")
        .endsWith("config     " + home.config() + " cannot be read; cvt-plugins check says why\n");
    assertThat(said.err()).isEmpty();
  }

  @Test
  void inspect_whereTheConfigWasNamedAndIsNotThere_showsTheRestAndFails() throws IOException {
    home.install("rest", "exit 1");

    var said = home.run("inspect", "rest", "--config", "nowhere.yaml");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).endsWith("config     there is no nowhere.yaml\n");
  }

  @Test
  void inspect_inSafeMode_saysThatNoConfigIsRead() throws IOException {
    home.install("rest", "exit 1");
    home.configure("rest", "");

    var said = home.with("CVT_DISABLE_PLUGINS", "1").run("inspect", "rest");

    assertThat(said.code()).isZero();
    assertThat(said.out()).endsWith("config     not read: safe mode (CVT_DISABLE_PLUGINS=1)\n");
  }

  @Test
  void inspect_ofWhatIsNotInstalled_isRefused() {
    assertThat(home.run("inspect", "rest"))
        .isEqualTo(
            refused("plugin \"rest\" is not installed; run: cvt-plugins install PATH --name rest"));
  }

  // rollback and reset

  @Test
  void rollback_returnsToWhatWasReplaced() throws IOException {
    var first = sha256(home.install("rest", "exit 1"));
    home.install("rest", "exit 2");
    var second = sha256(home.binary("rest"));

    assertThat(home.run("rollback", "rest"))
        .isEqualTo(
            new Said(
                0,
                "Rolled back rest\n  binary  %s\n  was     %s\n  sha256  %s\n"
                    .formatted(home.binary("rest"), second, first),
                ""));
    assertThat(sha256(home.binary("rest"))).isEqualTo(first);
  }

  @Test
  void rollback_withNothingToReturnTo_isRefused() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("rollback", "rest"))
        .isEqualTo(
            refused(
                "plugin \"rest\" has no earlier binary to go back to; install the one that you"
                    + " want: cvt-plugins install PATH --name rest"));
  }

  @Test
  void reset_forgetsTheEntryAndLeavesTheFile() throws IOException {
    home.install("rest", "exit 1");

    assertThat(home.run("reset", "rest"))
        .isEqualTo(new Said(0, "Forgot rest; its file, if there is one, is still there\n", ""));
    assertThat(home.binary("rest")).exists();
    assertThat(home.run("list").out()).startsWith("No plugins installed.");
  }

  @Test
  void reload_ofProcessZero_isNotReloadOfAll() {
    assertThat(home.run("reload", "--pid", "0"))
        .isEqualTo(refused("no manager runs in process 0; cvt-plugins ps shows those that do"));
  }

  @Test
  void reset_ofWhatIsNotInstalled_isRefused() {
    assertThat(home.run("reset", "rest"))
        .isEqualTo(
            refused("plugin \"rest\" is not installed; run: cvt-plugins install PATH --name rest"));
  }

  @Test
  void resetOfRestarts_asksAllManagers_alsoAfterOneThatDoesNotAnswer() throws Exception {
    var stat = Path.of("/proc/self/stat");
    assumeTrue(Files.exists(stat), "no /proc here");
    var facts = Files.readString(stat);
    var start = facts.substring(facts.lastIndexOf(')') + 2).split(" ", -1)[19];
    var self = ProcessHandle.current().pid() + "-" + start;
    for (var folder : List.of(self, self + ".2")) { // of managers that do not listen
      Files.createDirectories(home.root().resolve(".run").resolve(folder).resolve("rest"));
    }

    var said = home.run("reset", "rest", "--restarts");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("not reset: the manager in process "));
  }
}
