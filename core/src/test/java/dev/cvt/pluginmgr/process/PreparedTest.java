package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin made ready for somebody else to launch. */
@Timeout(60)
class PreparedTest {
  private static final String SECRET = "hushhush-token-42";

  @TempDir Path folder;
  private TestHome home;

  @BeforeEach
  void prepare() {
    home = new TestHome(folder);
  }

  @AfterEach
  void nothingLeft() throws Exception {
    home.assertNothingLeft();
  }

  private Config config() {
    return home.config(
        p -> p.config("url", "http://x").secret("token", SECRET).env("MODE", "test"), "one");
  }

  @Test
  void prepared_isAPrivateCopyWithAllThatAStartWouldGive() throws Exception {
    Path binary = home.installScript("one", "exit 0");
    var before = Files.getAttribute(binary, "unix:ctime");

    try (var prepared = Manager.prepare(config(), home.state(), "one")) {
      assertThat(prepared.executable()).isNotEqualTo(binary).hasSameBinaryContentAs(binary);
      assertThat(prepared.executable().startsWith(home.root().resolve(".run"))).isTrue();
      assertThat(prepared.sha256()).isEqualTo(home.state().read().plugins().get("one").sha256());
      assertThat(prepared.config().keySet()).containsExactly("token", "url");
      assertThat(prepared.environment())
          .containsEntry("MODE", "test")
          .containsEntry("PATH", System.getenv("PATH"));
      prepared.recheck();
      assertThat(Files.getAttribute(binary, "unix:ctime")).isEqualTo(before);
    }
  }

  @Test
  void mask_takesSecretsOutInWhateverSpelling() throws Exception {
    home.installScript("one", "exit 0");
    var base64 =
        Base64.getEncoder().encodeToString(("user:" + SECRET).getBytes(StandardCharsets.UTF_8));

    try (var prepared = Manager.prepare(config(), home.state(), "one")) {
      assertThat(prepared.mask("token=" + SECRET)).isEqualTo("token=****");
      assertThat(prepared.mask(base64)).contains("****").isNotEqualTo(base64);
      assertThat(prepared.mask("nothing here")).isEqualTo("nothing here");
    }
  }

  @Test
  void secretFile_isReadAnewAndMasked() throws Exception {
    home.installScript("one", "exit 0");
    Path secret = Files.writeString(home.home().resolve("secret"), "hushhush-old-1");
    Config config = home.config(p -> p.secretFile("token", secret), "one");
    Files.writeString(secret, "hushhush-new-2");

    try (var prepared = Manager.prepare(config, home.state(), "one")) {
      assertThat(prepared.config().get("token").reveal()).isEqualTo("hushhush-new-2");
      assertThat(prepared.mask("hushhush-old-1 hushhush-new-2")).isEqualTo("**** ****");
    }
  }

  @Test
  void recheck_ofACopyThatWasWrittenTo_isRefused() throws Exception {
    home.installScript("one", "exit 0");

    try (var prepared = Manager.prepare(config(), home.state(), "one")) {
      Files.writeString(prepared.executable(), "#!/bin/sh\nexit 1\n");
      assertThat(catchThrowableOfType(StateFile.Refused.class, prepared::recheck).reason())
          .isEqualTo(StateFile.Refused.Reason.EXCHANGED);
    }
  }

  @Test
  void whileItIsOpen_thePluginCannotBeRemoved() throws Exception {
    home.installScript("one", "exit 0");

    try (var _ = Manager.prepare(config(), home.state(), "one")) {
      assertThat(
              catchThrowableOfType(StateFile.Refused.class, () -> home.state().remove("one"))
                  .reason())
          .isEqualTo(StateFile.Refused.Reason.RUNNING);
    }
    home.state().remove("one");
  }

  @Test
  void binaryChangedSinceItsInstall_isRefusedAsAtAStart() throws Exception {
    Files.writeString(home.installScript("one", "exit 0"), "#!/bin/sh\nexit 1\n");

    var failed =
        catchThrowableOfType(
            Manager.StartFailed.class, () -> Manager.prepare(config(), home.state(), "one"));

    assertThat(failed.phase()).isEqualTo(Manager.Phase.VERIFY);
    assertThat(failed.failure().diagnosis()).isEqualTo("MISMATCH");
    assertThat(failed.getMessage()).startsWith("plugin one did not start: ");
  }

  @Test
  void secretFileThatIsGone_isToldAsAtAStart() throws Exception {
    home.installScript("one", "exit 0");
    Path secret = Files.writeString(home.home().resolve("secret"), "hushhush-22");
    Config config = home.config(p -> p.secretFile("token", secret), "one");
    Files.delete(secret);

    var failed =
        catchThrowableOfType(
            Manager.StartFailed.class, () -> Manager.prepare(config, home.state(), "one"));

    assertThat(failed.failure().diagnosis()).isEqualTo("CONFIG_INVALID");
  }

  @Test
  void pluginThatIsNotConfigured_isRefusedWithTheChoice() throws Exception {
    home.installScript("one", "exit 0");

    assertThatThrownBy(() -> Manager.prepare(config(), home.state(), "two"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no plugin two is configured; use one of one");
  }
}
