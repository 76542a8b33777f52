package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Value;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where secrets come from, what is warned of, and that nothing ever shows one. */
class SecretsTest {
  private static final String MAIN =
      """
      plugins:
        a: {binary: ~/.cvt/plugins/x, secrets: [token], config: {token: "${NOT_NEEDED}", url: u}}
      """;
  private static final String OWN = "plugins: {a: {secret_files: {token: ~/token}}}\n";

  private static TestHome homeWithSecretFile(byte[] content) {
    var home = new TestHome().main(MAIN).own(OWN);
    return home.write(home.home.resolve("token"), content);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void secretFile_takesThePlaceOfTheValue_asItIs() {
    var plugin = homeWithSecretFile(utf8("  ${TOKEN} ~ é hushhush  ")).plugin("a");

    assertThat(plugin.config()).containsEntry("token", Value.secret("  ${TOKEN} ~ é hushhush  "));
    assertThat(plugin.secretFiles().get("token")).hasToString("/home/u/token");
    assertThat(plugin.secretVariables()).isEmpty();
  }

  @Test
  void secretFile_makesItsKeyASecret_evenWhereSecretsDoesNotSaySo() {
    var home =
        new TestHome()
            .main("plugins: {a: {binary: ~/.cvt/plugins/x, config: {token: ''}}}\n")
            .own(OWN);
    home.write(home.home.resolve("token"), utf8("hushhush-in-a-file"));

    assertThat(home.plugin("a").config())
        .containsEntry("token", Value.secret("hushhush-in-a-file"));
  }

  @Test
  void secret_isAMask_whereverItIsPrintedComparedOrSerialised() throws Exception {
    var secret = Value.secret("hushhush");
    var other = Value.secret("other-hushhush");
    var map = Map.of("key", secret);

    assertThat(List.of(secret.toString(), map.toString(), "%s".formatted(secret), "" + secret))
        .containsExactly("****", "{key=****}", "****", "****");
    assertThatThrownBy(() -> assertThat(secret).isEqualTo(other))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("****")
        .hasMessageNotContaining("hushhush");
    assertThatThrownBy(() -> assertThat(map).containsEntry("key", other))
        .isInstanceOf(AssertionError.class)
        .hasMessageNotContaining("hushhush");
    assertThatThrownBy(() -> Assertions.assertEquals(secret, other))
        .isInstanceOf(AssertionError.class)
        .hasMessageNotContaining("hushhush");
    assertThat(JSON.std.asString(map)).doesNotContain("hushhush");
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void secretWrittenWhereAKeyShouldStand_isNotRepeated() {
    var home = homeWithSecretFile(utf8("hushhush-in-a-file")).own(OWN + "hushhush-in-a-file: x\n");

    assertThatThrownBy(() -> home.plugin("a"))
        .isInstanceOf(Config.Invalid.class)
        .hasMessageContaining("****")
        .hasMessageNotContaining("hushhush");
  }

  @Test
  void secretThatBeginsWithAnother_isNotRepeatedEither() {
    for (var ending = 'a'; ending <= 'z'; ending++) {
      var longer = "hushhush-" + ending;
      var home =
          new TestHome()
              .main(
                  "plugins: {a: {binary: ~/.cvt/plugins/x, secrets: [s, l], config: {s: hushhush,"
                      + " l: %1$s}}}\n%1$s: x\n".formatted(longer));

      assertThat(home.problems())
          .isEqualTo("config.yaml:2:1: ****: there is no such key; take it out");
    }
  }

  /** One that a message would have to escape, and one that it would have to cut. */
  @ParameterizedTest
  @ValueSource(strings = {"hushhush \\ \" \u00a0", "hushhush-hushhush-hushhush-"})
  void secretThatIsShownInAnotherWay_isNotRepeatedEither(String secret) {
    var written = secret.endsWith("-") ? secret.repeat(4) : secret;
    var home = homeWithSecretFile(utf8(written)).own(OWN + "'" + written + "': x\n");

    assertThat(home.problems())
        .isEqualTo("pluginmgr.yaml:2:1: \"****\": there is no such key; take it out");
  }

  @Test
  void readerOfAConfig_doesNotPrintTheVariables() {
    assertThat(Config.reader().env(Map.of("TOKEN", "hushhush")).toString())
        .doesNotContain("hushhush");
  }

  @Test
  void currentConfig_readsTheFileAgain() {
    var home = homeWithSecretFile(utf8("hushhush-first"));
    var plugin = home.plugin("a");

    home.write(home.home.resolve("token"), utf8("hushhush-second"));

    assertThat(plugin.config()).containsEntry("token", Value.secret("hushhush-first"));
    assertThat(plugin.currentConfig())
        .containsEntry("token", Value.secret("hushhush-second"))
        .containsEntry("url", Value.plain("u"));
  }

  @Test
  void currentConfig_ofAFileThatIsGone_saysWhatToDo() throws Exception {
    var home = homeWithSecretFile(utf8("hushhush-first"));
    var plugin = home.plugin("a");

    Files.delete(home.home.resolve("token"));

    assertThatThrownBy(plugin::currentConfig)
        .isInstanceOf(Config.Invalid.class)
        .hasMessage(
            "plugins.a.secret_files.token: the secret file \"/home/u/token\" does not exist;"
                + " name a file that this user can read");
  }

  static Stream<Arguments> files() {
    return Stream.of(
        Arguments.of(new byte[0], "is empty; write the secret into it"),
        Arguments.of(
            new byte[] {(byte) 0xFF, 1}, "is not UTF-8 text; encode it, in base64 for example"),
        Arguments.of(
            new byte[(16 << 10) + 1],
            "is larger than 16KiB; name the file that holds the secret and nothing else"));
  }

  @ParameterizedTest
  @MethodSource
  void files(byte[] content, String problem) {
    assertThat(homeWithSecretFile(content).problems())
        .isEqualTo(
            "pluginmgr.yaml:1:37: plugins.a.secret_files.token: the secret file \"/home/u/token\" "
                + problem);
  }

  @Test
  void folderAsSecretFile_isRefused() throws Exception {
    var home = new TestHome().main(MAIN).own(OWN);
    Files.createDirectory(home.home.resolve("token"));

    assertThat(home.problems()).endsWith("is no regular file; name the file that holds the secret");
  }

  @Test
  void secretFileThatEndsWithALineBreak_isWarnedOf() {
    assertThat(homeWithSecretFile(utf8("hushhush-line\n")).warnings())
        .isEqualTo(
            "pluginmgr.yaml:1:37: plugins.a.secret_files.token: the secret file \"/home/u/token\""
                + " ends with a line break, which is part of the secret; write it without one, as"
                + " printf does");
  }

  @Test
  void shortSecret_isWarnedOf() {
    var home =
        new TestHome()
            .main(
                "plugins: {a: {binary: ~/.cvt/plugins/x, secrets: [t], config: {t:"
                    + " '${T:-12345}'}}}\n");

    assertThat(home.warnings())
        .isEqualTo(
            "config.yaml:1:67: plugins.a.config.t: the secret has fewer than 6 characters, so it is"
                + " masked as a whole word only; use a longer one");
  }

  @Test
  void defaultThatLooksLikeAnotherVariable_isWarnedOf() {
    var home =
        new TestHome()
            .main("plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: '${NOPE:-${TOKEN}}'}}}\n");

    assertThat(home.warnings())
        .isEqualTo(
            "config.yaml:1:53: plugins.a.config.k: a default in the value holds a ${, which stays"
                + " as it is; put the inner variable's value into the outer one");
    assertThat(home.plugin("a").config()).containsEntry("k", Value.plain("${TOKEN}"));
  }

  @ParameterizedTest
  @CsvSource({
    "rw-------, hushhush-literal, ",
    "r--------, hushhush-literal, ",
    "rw-r-----, hushhush-literal, 0640",
    "rw-r--r--, hushhush-literal, 0644",
    "rw----r--, hushhush-literal, 0604",
    "rwxrwxrwx, hushhush-literal, 0777",
    "rw-r--r--, ${TOKEN}, ",
    "rw-r--r--, Bearer ${TOKEN}, ",
    "rw-r--r--, ${TOKEN:-literal-default}, 0644",
  })
  void literalSecretInAFileThatOthersRead_isWarnedOf(String mode, String written, String shownMode)
      throws Exception {
    var home =
        new TestHome()
            .main(
                "plugins:\n"
                    + "  a:\n"
                    + "    binary: ~/.cvt/plugins/x\n"
                    + "    secrets: [t]\n"
                    + "    config:\n"
                    + "      t: "
                    + written
                    + "\n");
    Files.setPosixFilePermissions(home.configYaml, PosixFilePermissions.fromString(mode));

    assertThat(home.warnings())
        .isEqualTo(
            shownMode == null
                ? ""
                : "config.yaml:6:10: plugins.a.config.t: the secret stands in the file itself,"
                    + " which others can read (mode "
                    + shownMode
                    + "); chmod 600 /home/u/.cvt/config.yaml, or put the secret into a variable");
  }

  @Test
  void literalSecretInPluginmgrYaml_isWarnedOfThere() throws Exception {
    var home =
        new TestHome()
            .main("plugins: {a: {binary: ~/.cvt/plugins/x}}\n")
            .own("plugins: {a: {env: {KEY: hushhush-one}, secret_env: [KEY]}}\n");
    Files.setPosixFilePermissions(home.configYaml, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(home.pluginmgrYaml, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(home.warnings())
        .isEqualTo(
            "pluginmgr.yaml:1:26: plugins.a.env.KEY: the secret stands in the file itself, which"
                + " others can read (mode 0644); chmod 600 /home/u/.cvt/pluginmgr.yaml, or put the"
                + " secret into a variable");
  }

  @Test
  void value_printsAsAMaskOfOneLength() {
    assertThat(Value.secret("x")).hasToString("****");
    assertThat(Value.secret("hushhush, and long")).hasToString("****");
    assertThat(Value.plain("plain")).hasToString("plain");
    assertThat("%s".formatted(java.util.List.of(Value.secret("x")))).isEqualTo("[****]");
    assertThat(Value.secret("x")).isEqualTo(Value.secret("x")).isNotEqualTo(Value.plain("x"));
    assertThatThrownBy(() -> assertThat(Value.secret("hushhush")).isEqualTo(Value.secret("other")))
        .hasMessageNotContaining("hushhush");
  }

  /** Each puts the secret where a hurried person might, and each is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "secrets: [hushhush]\nconfig: {token: x}",
        "secrets: [token]\nconfig: {token: [hushhush]}",
        "secrets: [token]\nconfig: {token: {hushhush: x}}\nnope: 1",
        "secrets: [token]\nconfig: {token: *hushhush}",
        "secrets: [token]\nconfig: {token: &hushhush}",
        "secrets: [token]\nconfig: {token: !hushhush x}",
        "secrets: [token]\nconfig: {token: !hushhush!x y}",
        "secrets: [token]\nconfig: {token: @hushhush}",
        "secrets: [token]\nconfig: {token: %hushhush}",
        "secrets: [token]\nconfig: {token: \"hushhush\\q\"}",
        "secrets: [token]\nconfig: {token: \"hushhush}",
        "secrets: [token]\nconfig: {token: 'hushhush' x}",
        "secrets: [token]\nconfig: {token: hushhush: x}",
        "secrets: [token]\nconfig:\n  token: hushhush: x",
        "secrets: [token]\nconfig:\n  token: hushhush\n x: y",
        "secrets: [token]\nconfig:\n\ttoken: hushhush",
        "secrets: [token]\nconfig: {token: '${hushhush'}",
        "secrets: [token]\nconfig: {token: '${hushhush!}'}",
        "secrets: [token]\nconfig: {token: 'hushhush${NOPE}'}",
        "secrets: [token]\nconfig: {token: '${NOPE-hushhush}'}",
        "secrets: [token]\nconfig: {token: '${NOPE}${:-hushhush}'}",
        "secrets: [token]\nconfig: {token: 'hushhush', token: 'hushhush'}",
        "secrets: [token]\nconfig: {token: \"hushhush\\ud800\"}",
        "secrets: {token: hushhush}",
        "secrets: hushhush",
        "config: hushhush",
        "config: [hushhush]",
      })
  void noMessage_showsASecret(String lines) {
    var home =
        new TestHome()
            .main(
                "plugins:\n  a:\n    binary: ~/.cvt/plugins/x\n"
                    + lines.indent(4)
                    + "hooks: {x: y}");

    assertThatThrownBy(home::read)
        .isInstanceOf(Config.Invalid.class)
        .hasMessageNotContaining("hushhush")
        .hasStackTraceContaining("Invalid")
        .hasNoCause();
    assertThat(home.problems()).doesNotContain("hushhush");
  }
}
