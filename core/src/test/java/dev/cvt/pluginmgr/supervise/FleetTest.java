package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.RecordingAuditSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All plugins of a manager together, over scripts that tell what they were given and exit. */
@Timeout(120)
class FleetTest {
  @TempDir Path home;

  private final RecordingAuditSink audit = AuditSink.recording();

  private Fleet fleet(Map<String, String> host) {
    return fleet(host, _ -> () -> {});
  }

  private Fleet fleet(Map<String, String> host, Beside beside) {
    return new Fleet(
        StateFile.of(config().build()),
        new PluginMetrics(MetricsBackend.none()),
        new Masks(),
        new Announcer(audit, List.of()),
        host,
        beside);
  }

  private Config.Builder config() {
    return Config.builder().home(home);
  }

  /** One that writes its environment into a file and exits, and is tried twice in a row. */
  private Consumer<Config.PluginBuilder> telling(String name) throws Exception {
    Path source = Files.createDirectories(home.resolve("src")).resolve(name);
    Files.writeString(
        source,
        "#!/bin/sh\nenv >'%1$s.new' && mv '%1$s.new' '%1$s'\nexit 3\n".formatted(told(name)));
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwx------"));
    StateFile.of(config().build()).install(source, name);
    return plugin ->
        plugin
            .binary(home.resolve(".cvt/plugins").resolve(name))
            .startTimeout(Duration.ofMinutes(1))
            .onStartFailure(Config.OnStartFailure.SUPERVISE)
            .restart(
                new Config.Restart(
                    true,
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    Duration.ofMinutes(1),
                    1,
                    Duration.ofMinutes(5)));
  }

  private Path told(String name) {
    return home.resolve("environment-of-" + name);
  }

  private static void awaitGivenUp(Fleet fleet, String name) throws InterruptedException {
    await(
        () ->
            Objects.requireNonNull(fleet.standings().get(name)).condition()
                == Standing.Condition.GAVE_UP);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  @Test
  void changeBeforeAnyStart_isRefused() throws Exception {
    var fleet = fleet(Map.of());
    var config = config().build();

    assertThatThrownBy(() -> fleet.change(() -> config, _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the manager does not run; start it first");
    fleet.start(config, () -> {});
    fleet.change(() -> config, _ -> {});
    fleet.stop();
  }

  @Test
  void change_waitsUntilAStartHasTakenOver() throws Exception {
    var fleet = fleet(Map.of());
    var config = config().build();
    var changed = new AtomicBoolean();
    var end = new CompletableFuture<Boolean>();
    fleet.start(
        config,
        () -> {
          var changing =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        try {
                          fleet.change(() -> config, _ -> changed.set(true));
                          end.complete(changed.get());
                        } catch (Exception e) {
                          end.completeExceptionally(e);
                        }
                      });
          while (changing.getState() != Thread.State.WAITING && !end.isDone()) {
            Thread.onSpinWait();
          }
          assertThat(changed).isFalse();
        });

    assertThat(end).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(true);
    fleet.stop();
  }

  private static void assertEnded(Fleet fleet, String name) {
    assertThat(fleet.standings().get(name))
        .isNotNull()
        .extracting(Standing::condition)
        .isEqualTo(Standing.Condition.STOPPED);
  }

  @Test
  void startThatBreaks_leavesNothing() throws Exception {
    var exhausted = new OutOfMemoryError("unable to create native thread");
    var fleet = fleet(Map.of());
    var config = config().plugin("one", telling("one")).build();

    assertThatThrownBy(
            () ->
                fleet.start(
                    config,
                    () -> {
                      throw exhausted;
                    }))
        .isSameAs(exhausted);
    assertEnded(fleet, "one");
    assertThat(home.resolve(".cvt/plugins/.run")).isEmptyDirectory();
  }

  @Test
  @Timeout(20)
  void changeThatBreaks_leavesNothingOfIt() throws Exception {
    var exhausted = new OutOfMemoryError("unable to create native thread");
    var fleet =
        fleet(
            Map.of(),
            _ -> {
              throw exhausted;
            });
    fleet.start(config().build(), () -> {});
    var next = config().plugin("one", telling("one")).build();

    assertThatThrownBy(() -> fleet.change(() -> next, _ -> {})).isSameAs(exhausted);
    assertThat(fleet.standings()).isEmpty();
    fleet.stop();
    assertThat(home.resolve(".cvt/plugins/.run")).isEmptyDirectory();
  }

  @Test
  void pluginThatIsStartedAgain_isNotGivenTheSecretOfOneThatHasComeSince() throws Exception {
    var fleet = fleet(Map.of("PATH", System.getenv("PATH"), "TOKEN", "hushhush of the other"));
    Consumer<Config.PluginBuilder> one = telling("one").andThen(p -> p.passEnv("TOK*"));
    Consumer<Config.PluginBuilder> other =
        telling("other").andThen(p -> p.secret("token", "hushhush of the other"));
    fleet.start(config().plugin("one", one).build(), () -> {});
    awaitGivenUp(fleet, "one");
    assertThat(Files.readAllLines(told("one"))).contains("TOKEN=hushhush of the other");
    Files.delete(told("one"));

    var both = config().plugin("one", one).plugin("other", other).build();
    fleet.change(() -> both, _ -> {});
    fleet.reset("one");
    await(() -> Files.exists(told("one")));
    assertThat(Files.readString(told("one"))).contains("PATH=").doesNotContain("TOKEN");
    fleet.stop();
  }
}
