package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A secret in a file is rotated under a plugin that runs. */
@Timeout(120)
class SecretFilesProcessTest {

  @Test
  void rotatedSecret_isDeliveredAtTheNextStart_andAtAReloadOfTheSameConfig(@TempDir Path folder)
      throws Exception {
    var home = new TestHome(folder);
    home.installJava("test", "echo");
    var file = Files.writeString(folder.resolve("token"), "hushhush-first");
    Config config =
        home.config(
            p ->
                p.config("token", "")
                    .secretFile("token", file)
                    .restart(
                        new Config.Restart(
                            true,
                            Duration.ofMillis(1),
                            Duration.ofMillis(1),
                            Duration.ZERO,
                            9,
                            Duration.ofMinutes(9))),
            "test");
    try (var log = new LogCapture("dev.cvt");
        var manager =
            Manager.builder(config, home.state())
                .discovery(false)
                .audit(AuditSink.none())
                .metrics(MetricsBackend.none())
                .build()) {
      manager.start();
      assertThat(fetch(manager, "config")).isEqualTo("token=hushhush-first");

      Files.writeString(file, "hushhush-another-secret");
      assertThat(manager.reload(config).replaced()).containsExactly("test");
      assertThat(fetch(manager, "config")).isEqualTo("token=hushhush-another-secret");
      assertThat(manager.reload(config).kept()).containsExactly("test");

      Files.writeString(file, "hushhush-second");
      var _ = catchThrowableOfType(Manager.CallFailed.class, () -> fetch(manager, "exit 3"));
      TestHome.await(
          "the restart",
          () -> manager.status().get("test").restarts() == 1 && manager.handle("test").isPresent());
      assertThat(fetch(manager, "config")).isEqualTo("token=hushhush-second");

      Files.writeString(file, "hushhush-third");
      manager.reload(config);
      assertThat(fetch(manager, "config")).isEqualTo("token=hushhush-third");

      fetch(manager, "log error hushhush-first hushhush-second hushhush-third told");
      TestHome.await(
          "the log line", () -> log.lines().stream().anyMatch(line -> line.contains("told")));
      assertThat(log.lines().toString())
          .contains("**** **** **** told")
          .doesNotContain("hushhush-first", "hushhush-second", "hushhush-third");
    }
  }

  private static String fetch(Manager manager, String what) {
    var request = FetchSchemaRequest.newBuilder().setSchemaId(what).build();
    return manager.hooks().fetchSchema(request).orElseThrow().getSpec().toStringUtf8();
  }
}
