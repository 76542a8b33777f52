package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.Sneaky;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Managers as other processes see them, through the folder and the socket. */
@Timeout(120)
class RemotesProcessTest {
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

  private Manager started(Config config, UnaryOperator<Manager.Builder> more)
      throws InterruptedException {
    var manager =
        more.apply(
                Manager.builder(config, home.state())
                    .discovery(false)
                    .audit(AuditSink.none())
                    .metrics(new MetricsTable()))
            .build();
    manager.start();
    return manager;
  }

  private Manager.Remote remote() throws InterruptedException {
    var all = Manager.remotes(home.state());
    assertThat(all).hasSize(1);
    var remote = all.getFirst();
    // It is opened beside the start, which does not wait for it.
    TestHome.await("it listens", () -> answers(remote));
    return remote;
  }

  private static boolean answers(Manager.Remote remote) {
    try {
      remote.status();
      return true;
    } catch (Manager.RemoteFailed e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String fetch(Manager manager, String what) {
    return manager
        .hooks()
        .fetchSchema(FetchSchemaRequest.newBuilder().setSchemaId(what).build())
        .orElseThrow()
        .getSpec()
        .toStringUtf8();
  }

  @Test
  void homeWithoutManagers_hasNone() {
    assertThat(Manager.remotes(home.state())).isEmpty();
  }

  @Test
  void status_tellsWhatTheManagerItselfTells() throws Exception {
    home.installJava("test", "echo");
    try (var manager = started(home.config(p -> {}, "test"), b -> b)) {
      var remote = remote();
      assertThat(remote.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(remote.plugins()).containsExactly("test");
      var report = remote.status().getFirst();
      assertThat(report.status()).isEqualTo(manager.status().get("test"));
      assertThat(report.handle()).isEqualTo(manager.handle("test"));

      catchThrowableOfType(Manager.CallFailed.class, () -> fetch(manager, "exit 3"));
      TestHome.await(
          "the restart", () -> manager.status().get("test").restarts() == 1 && up(manager));
      var again = remote.status().getFirst();
      assertThat(again.status().lastFailure())
          .isEqualTo(manager.status().get("test").lastFailure());
      assertThat(again.status().lastFailure().orElseThrow().exitCode()).hasValue(3);
      assertThat(again.handle()).isEqualTo(manager.handle("test"));
    }
    assertThat(Manager.remotes(home.state())).isEmpty();
  }

  private static boolean up(Manager manager) {
    return manager.handle("test").isPresent();
  }

  @Test
  void reload_asksTheReloaderAndSaysWhatChanged() throws Exception {
    home.installJava("test", "echo");
    home.installJava("other", "echo");
    Supplier<Config> next = () -> home.config(p -> p.config("a", "2"), "test", "other");
    try (var manager =
        started(home.config(p -> p.config("a", "1"), "test"), b -> b.reloader(next))) {
      assertThat(remote().reload())
          .isEqualTo(
              new Manager.Reloaded(
                  java.util.List.of("other"),
                  java.util.List.of("test"),
                  java.util.List.of(),
                  java.util.List.of()));
      assertThat(fetch(manager, "config")).isEqualTo("a=2");
    }
  }

  @Test
  void reloaderThatThrows_changesNothingAndIsTheAnswer() throws Exception {
    home.installJava("test", "echo");
    Supplier<Config> none =
        () -> {
          throw Sneaky.<RuntimeException>thrown(
              new IOException("config.yaml:3:1: hooks: nonsense; correct it"));
        };
    try (var manager = started(home.config(p -> {}, "test"), b -> b.reloader(none))) {
      var remote = remote();
      var pid = manager.handle("test");
      var failed = catchThrowableOfType(Manager.RemoteFailed.class, remote::reload);

      assertThat(failed)
          .hasMessage(
              "the manager in process "
                  + remote.pid()
                  + " did not do it: config.yaml:3:1: hooks: nonsense; correct it");
      assertThat(failed.answered()).isTrue();
      assertThat(manager.handle("test")).isEqualTo(pid);
    }
  }

  @Test
  void managerOfAProgram_saysThatItHasNoFile_andStillTakesANewVersion() throws Exception {
    home.installJava("test", "echo", "1.0");
    try (var manager = started(home.config(p -> {}, "test"), b -> b)) {
      var remote = remote();
      var failed = catchThrowableOfType(Manager.RemoteFailed.class, remote::reload);
      assertThat(failed)
          .hasMessageEndingWith(
              "did not do it: it was given its configuration by the program that it is part of, and"
                  + " has no file to read again; have that program reload it, or build it with a"
                  + " reloader");

      assertThat(remote.refresh().kept()).containsExactly("test");
      home.installJava("test", "echo", "2.0");
      assertThat(remote.refresh().replaced()).containsExactly("test");
      assertThat(manager.handle("test").orElseThrow().reportedVersion()).isEqualTo("test/2.0");
    }
  }

  /** It keeps the configuration of when it is its turn, not of when it was asked. */
  @Test
  void refreshDuringAReload_doesNotTakeTheReloadBack() throws Exception {
    var hold = home.home().resolve("hold");
    home.installJava("test", "echo");
    home.installScript(
        "held",
        "while [ -e '%s' ]; do sleep 0.02; done; exec '%s'".formatted(hold, home.binary("test")));
    try (var log = new LogCapture("dev.cvt.pluginmgr");
        var manager = started(home.config(p -> p.config("a", "1"), "held"), b -> b)) {
      var remote = remote();
      Files.createFile(hold);
      var reload =
          CompletableFuture.supplyAsync(
              () -> changed(() -> manager.reload(home.config(p -> p.config("a", "2"), "held"))));
      TestHome.await("a second one is being started", () -> home.processes().size() > 1);
      var refresh = CompletableFuture.supplyAsync(() -> changed(remote::refresh));
      TestHome.await(
          "it is asked to", () -> String.join("\n", log.lines()).contains("asks for a change"));
      Files.delete(hold);

      assertThat(reload).succeedsWithin(TestHome.START_TIMEOUT);
      assertThat(refresh).succeedsWithin(TestHome.START_TIMEOUT);
      assertThat(refresh.join().kept()).containsExactly("held");
      assertThat(fetch(manager, "config")).isEqualTo("a=2");
    }
  }

  private static Manager.Reloaded changed(Callable<Manager.Reloaded> change) {
    try {
      return change.call();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void pluginThatWasGivenUp_triesAgainWhenAskedTo() throws Exception {
    home.installScript(
        "test",
        "[ -e '%s' ] && exec '%s'; exit 3"
            .formatted(home.home().resolve("up"), home.home().resolve("cvt-plugin-well")));
    var restart =
        new Config.Restart(
            false,
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofSeconds(1),
            1,
            java.time.Duration.ofSeconds(1));
    home.installJava("well", "echo");
    try (var manager =
        started(
            home.config(
                p -> p.onStartFailure(Config.OnStartFailure.SUPERVISE).restart(restart), "test"),
            b -> b)) {
      var remote = remote();
      assertThat(remote.status().getFirst().status().state()).isEqualTo(Manager.State.GAVE_UP);
      assertThat(remote.status().getFirst().handle()).isEmpty();
      Files.createFile(home.home().resolve("up"));
      remote.reset("test");
      TestHome.await("it is up", () -> up(manager));

      var stranger =
          catchThrowableOfType(Manager.RemoteFailed.class, () -> remote.reset("stranger"));
      assertThat(stranger)
          .hasMessageContaining("no plugin stranger is configured; use one of test");
    }
  }

  @Test
  void pathThatIsTooLongForASocket_isLoggedAndStopsNothing() throws Exception {
    var deep = new TestHome(folder.resolve("d".repeat(100)));
    Files.createDirectories(deep.home());
    deep.installJava("test", "echo");
    try (var log = new LogCapture("dev.cvt.pluginmgr.control")) {
      try (var manager =
          Manager.builder(deep.config(p -> {}, "test"), deep.state())
              .discovery(false)
              .audit(AuditSink.none())
              .metrics(new MetricsTable())
              .build()) {
        manager.start();
        TestHome.await(
            "the warning", () -> String.join("\n", log.lines()).contains("and the system allows"));
        var remote = Manager.remotes(deep.state()).getFirst();
        assertThat(remote.plugins()).containsExactly("test");
        var failed = catchThrowableOfType(Manager.RemoteFailed.class, remote::status);
        assertThat(failed.answered()).isFalse();
        assertThat(failed).hasMessageContaining("does not listen: there is no ");
      }
    }
    deep.assertNothingLeft();
  }
}
